// Moves: a chain of results that grow over their operands drifts through the arena, and moves bring it back to its bound; nothing else
// changes, and models that do not drift get none.

using TinyEngine.Compiler;
using TinyEngine.Ir;
using TinyEngine.Passes;

namespace TinyEngine.Tests.Planning;

public sealed class MoveTests
{
    private static readonly CompileOptions Inference = new() { Name = "m", Train = TrainMode.None, StopAfter = "schedule" };

    [Fact]
    public void A_drifting_chain_is_moved_back_to_its_bound()
    {
        var (scheduled, plain, moved) = Plans("long separable chain");
        Assert.True(plain.Plan!.ArenaBytes > 1.02 * plain.Plan.LowerBound, $"{plain.Plan}");
        Assert.True(moved.Plan!.ArenaBytes <= 1.01 * moved.Plan.LowerBound, $"{moved.Plan}");
        Assert.Equal(plain.Plan.LowerBound, moved.Plan.LowerBound);
        Assert.Empty(VerifyPlan.Violations(moved));
        var moves = moved.Nodes.Where(n => n.Op == Move.Op).ToList();
        Assert.InRange(moves.Count, 1, scheduled.Nodes.Length / 2);
        Assert.Equal(scheduled.Nodes.Select(n => n.Name), moved.Nodes.Except(moves).Select(n => n.Name));
    }

    [Fact]
    public void Every_move_is_needed()
    {
        var (_, plain, moved) = Plans("long separable chain");
        foreach (var move in moved.Nodes.Where(n => n.Op == Move.Op))
        {
            Value? Unmoved(Value? v) => v == move.Output ? move.Input(0) : v;
            var without = moved with
            {
                Stage = Stage.Scheduled,
                Plan = null,
                Nodes =
                [
                    .. moved
                        .Nodes.Where(n => n != move)
                        .Select(n =>
                            n.Call is { } call
                                ? n with
                                {
                                    Inputs = [.. n.Inputs.Select(Unmoved)],
                                    Call = call with { Arguments = [.. call.Arguments.Select(Unmoved)] },
                                }
                                : n
                        ),
                ],
            };
            Assert.InRange(PlanMemory.Run(without).Plan!.ArenaBytes, moved.Plan!.ArenaBytes + 1, plain.Plan!.ArenaBytes);
        }
    }

    [Theory]
    [InlineData("convolutions")]
    [InlineData("dense layers")]
    [InlineData("two branches")]
    public void A_model_at_its_bound_gets_no_moves(string name) =>
        Assert.DoesNotContain(Plans(name).Moved.Nodes, n => n.Op == Move.Op);

    [Fact]
    public void The_check_of_a_plan_finds_a_move_over_a_value_that_others_read()
    {
        var moved = Plans("long separable chain").Moved;
        var move = moved.Nodes.First(n => n.Op == Move.Op);
        var kernel = move.Kernel! with { Writes = ResultOrder.Any };
        var ordered = moved with
        {
            Nodes = [.. moved.Nodes.Select(n => n == move ? n with { Call = n.Call! with { Kernel = kernel } } : n)],
        };
        Assert.Contains(VerifyPlan.Violations(ordered), v => v.Contains("which the step uses", StringComparison.Ordinal));
    }

    [Fact]
    public void A_gradient_in_blocks_can_move()
    {
        const string text = $$"""
            {{Printer.Header}}
            graph "g" stage=trained target=cortex-m7 {
              input %0 "x" : f32[1,2,3,2]
            forward:
              %1 "gradient" : i16[1,2,3,2] block(6) = convert(%0) "gradient"
              %2 "moved" : i16[1,2,3,2] block(6) = move(%1) "moved"
              %3 "back" : f32[1,2,3,2] = convert(%2) "back"
              return %3
            }
            """;
        var move = Verifier.Verify(Parser.Parse(text, OperatorSet.Core)).Nodes.Single(n => n.Op == Move.Op);
        // Exponents of two rows move with the mantissas.
        Assert.Equal(2 * (12 + 2), move.Op.Request(move).Fields.Single().Value);
    }

    private static (Graph Scheduled, Graph Plain, Graph Moved) Plans(string name)
    {
        var scheduled = ModelCompiler.Compile(StandInModels.All[name](), Inference).Graph;
        return (scheduled, PlanMemory.Run(scheduled), PlanMemory.Run(scheduled, OperatorSet.Core.Kernels));
    }
}
