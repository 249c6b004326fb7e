// Plans for several memories: every value lies in one of them, memories keep their room, the first has the values with most traffic, and
// the check of a plan finds faults in the parts.

using CsCheck;
using TinyEngine.Compiler;
using TinyEngine.Ir;
using TinyEngine.Passes;

namespace TinyEngine.Tests.Planning;

/// <summary>Tests of <see cref="MemoryBanks"/>.</summary>
public sealed class MemoryBankTests
{
    [Fact]
    public void Random_plans_in_three_memories_are_correct() =>
        Gen.Select(PlanningGraphs.Random, Gen.Int[0, 40], Gen.Int[0, 40])
            .Sample(
                (graph, fast, middle) =>
                {
                    var planned = Plan(graph, 16, ("fast", fast * 8), ("middle", middle * 8), ("slow", 1 << 20));
                    Assert.Empty(VerifyPlan.Violations(planned));
                    var plan = planned.Plan!;
                    Assert.Equal(fast >= 2 ? 0 : middle >= 2 ? 1 : 2, plan.Home);
                    for (int i = 0; i < 3; i++)
                    {
                        var part = plan.Banks[i];
                        Assert.InRange(part.Bytes, 0, Math.Max(0, part.Bank.Bytes - (plan.Home == i ? 16 : 0)));
                    }
                },
                iter: 200
            );

    [Fact]
    public void All_lies_in_the_first_memory_where_it_is_large_enough() =>
        PlanningGraphs.Random.Sample(
            graph =>
            {
                var plan = Plan(graph, 0, ("fast", 1 << 20), ("slow", 1 << 20)).Plan!;
                Assert.Equal((plan.ArenaBytes, 0), (plan.Banks[0].Bytes, plan.Banks[1].Bytes));
            },
            iter: 30
        );

    [Fact]
    public void What_is_read_most_lies_in_the_first_memory()
    {
        // Both results have the same bytes; one is read by five nodes, the other by one.
        var builder = new GraphBuilder();
        var x = PlanningGraphs.Input("x", 4, 8);
        var often = builder.Emit(Softmax.Op, "often", [x]);
        var seldom = builder.Emit(Softmax.Op, "seldom", [x]);
        var sum = builder.Emit(Add.Op, "first", [often, often]);
        for (int i = 0; i < 4; i++)
        {
            sum = builder.Emit(Add.Op, $"sum{i}", [sum, often]);
        }

        var graph = PlanningGraphs.Of(builder, [x], builder.Emit(Add.Op, "y", [sum, seldom]));
        var plan = Plan(graph, 0, ("fast", 128 + 128 + 32), ("slow", 1 << 20)).Plan!;
        string Bank(string name) => plan.BankOf(plan.Placements.Single(p => p.Value.Name == name).Offset)!.Bank.Name;
        Assert.Equal(("fast", "slow"), (Bank("often"), Bank("seldom")));
    }

    [Fact]
    public void The_check_of_a_plan_finds_a_place_across_two_parts()
    {
        var planned = Plan(Chain(), 0, ("fast", 128), ("slow", 1 << 20));
        var (plan, first) = (planned.Plan!, planned.Plan!.Banks[0]);
        Assert.True(first.Bytes > 0 && plan.Banks[1].Bytes > 0);
        var second = plan.Banks[1] with { Offset = first.End - 8, Bytes = plan.Banks[1].Bytes + 8 };
        var wider = plan with { Banks = [first with { Bytes = first.Bytes - 8 }, second] };
        Assert.Contains(VerifyPlan.Violations(planned with { Plan = wider }), v => v.Contains("does not lie in one memory"));
        var apart = plan with { Banks = [first, plan.Banks[1] with { Offset = first.End + 8 }] };
        Assert.Contains(VerifyPlan.Violations(planned with { Plan = apart }), v => v.Contains("does not follow"));
    }

    [Theory]
    [InlineData("dscnn-kws-int8-qdq", "last:3", 24, 64)]
    [InlineData("mcunet-5fps-int8-qdq", "none", 16, 64)]
    public void A_shared_model_fits_its_memories_and_states_its_traffic(string model, string train, int fast, int slow)
    {
        if (SharedModels.Folder is null)
        {
            return; // no shared models beside this checkout
        }

        var options = new CompileOptions
        {
            Name = "model",
            Train = TrainMode.Parse(train)!,
            Gradients = train == "none" ? DType.F32 : DType.I8,
            Regions = [new("fast", fast * 1024), new("slow", slow * 1024)],
        };
        var report = ModelCompiler.Compile(SharedModels.Model(model), options).Report!;
        var regions = report.Regions!;
        Assert.All(regions, r => Assert.InRange(r.Used, 1, r.Bytes));
        Assert.Equal(report.Sram.Total, regions.Sum(r => r.Used));
        Assert.All(report.Buffers, b => Assert.NotNull(b.Region));
        Assert.True(regions[0].TrafficInference / (double)regions[0].Used > regions[1].TrafficInference / (double)regions[1].Used);
        Assert.Equal(train != "none", regions[0].TrafficStep > 0);
    }

    private static Graph Plan(Graph graph, long beside, params (string Name, long Bytes)[] banks) =>
        PlanMemory.Run(
            SelectKernels.Run(graph, PlanningGraphs.Kernels) with { Stage = Stage.Scheduled },
            banks: new MemoryBanks([.. banks.Select(b => new MemoryBank(b.Name, b.Bytes))], beside)
        );

    private static Graph Chain()
    {
        var builder = new GraphBuilder();
        var x = PlanningGraphs.Input("x", 4, 8);
        var y = builder.Emit(Softmax.Op, "b", [builder.Emit(Softmax.Op, "a", [x])]);
        return PlanningGraphs.Of(builder, [x], builder.Emit(Add.Op, "sum", [y, x]));
    }
}
