// Models of many nodes, in whatever order and however wrong, are read in time that follows their size. The bounds are many times what an
// idle machine needs and a fraction of what the same took when all pairs of nodes were looked at.

using System.Diagnostics;
using TinyEngine.Compiler;
using TinyEngine.Ir;
using TinyEngine.Onnx;

namespace TinyEngine.Tests.Models;

public sealed class LongModelTests
{
    [Fact]
    public void Nodes_in_reverse_order_are_sorted() => Within(20, () =>
    {
        var model = new OnnxModel().Input("t0", 1, 4);
        for (int i = 20_000; i > 0; i--)
        {
            model.Node("Sigmoid", $"t{i - 1}", $"t{i}");
        }

        var imported = OnnxImporter.Import(model.Output("t20000").Bytes, "m", new Dictionary<string, int>(), OperatorSet.Core);
        Assert.Equal(20_000, imported.Graph.Nodes.Length);
    });

    [Fact]
    public void Long_cycle_is_one_diagnosis() =>
        Within(
            20,
            () =>
            {
                var model = new OnnxModel().Input("x", 1, 4).Node("Add", "x t5000", "t0");
                for (int i = 1; i <= 5000; i++)
                {
                    model.Node("Relu", $"t{i - 1}", $"t{i}");
                }

                var only = Assert.Single(
                    Assert
                        .Throws<DiagnosticException>(() =>
                            OnnxImporter.Import(model.Output("t5000").Bytes, "m", new Dictionary<string, int>(), OperatorSet.Core)
                        )
                        .Diagnostics
                );
                Assert.Equal(("TE0109", "t0"), (only.Code, only.Node));
            }
        );

    [Fact]
    public void Two_cycles_are_two_diagnoses_and_what_follows_is_none()
    {
        var model = new OnnxModel()
            .Input("x", 1, 4)
            .Node("Add", "x b", "a")
            .Node("Relu", "a", "b")
            .Node("Add", "b d", "c")
            .Node("Relu", "c", "d")
            .Node("Relu", "d", "y")
            .Output("y");
        var diagnostics = Assert
            .Throws<DiagnosticException>(() => OnnxImporter.Import(model.Bytes, "m", new Dictionary<string, int>(), OperatorSet.Core))
            .Diagnostics;
        Assert.Equal([("TE0109", "a"), ("TE0109", "c")], diagnostics.Select(d => (d.Code, d.Node)));
    }

    [Theory]
    [InlineData(4000)]
    public void Long_chain_is_planned(int length) =>
        Within(
            40,
            () =>
            {
                var model = new OnnxModel().Input("t0", 1, 4);
                for (int i = 1; i <= length; i++)
                {
                    model.Node("Sigmoid", $"t{i - 1}", $"t{i}");
                }

                Assert.Equal(
                    length,
                    ModelCompiler
                        .Compile(
                            model.Output($"t{length}").Bytes,
                            new CompileOptions
                            {
                                Name = "m",
                                Train = TrainMode.None,
                                FlashBudget = 1 << 30,
                            }
                        )
                        .Report!.Steps.Count
                );
            }
        );

    [Fact]
    public void Split_into_many_is_put_together_again() =>
        Within(
            40,
            () =>
            {
                string parts = string.Join(' ', Enumerable.Range(0, 2000).Select(i => $"p{i}"));
                var model = new OnnxModel()
                    .Input("x", 1, 2000)
                    .Node("Split", "x", parts, ("axis", 1))
                    .Node("Concat", parts, "y", ("axis", 1))
                    .Output("y");
                Assert.NotEmpty(
                    ModelCompiler
                        .Compile(
                            model.Bytes,
                            new CompileOptions
                            {
                                Name = "m",
                                Train = TrainMode.None,
                                FlashBudget = 1 << 30,
                            }
                        )
                        .Files
                );
            }
        );

    private static void Within(int seconds, Action work)
    {
        var watch = Stopwatch.StartNew();
        work();
        Assert.True(watch.Elapsed.TotalSeconds < seconds, $"{watch.Elapsed}");
    }
}
