// The text form is complete: every graph after every pass comes back equal and prints alike. A hostile text gives TE0115 or a
// graph that the verifier can judge; nothing else is ever thrown.

using CsCheck;
using TinyEngine.Compiler;
using TinyEngine.Ir;
using TinyEngine.Tests.Codegen;
using TinyEngine.Tests.Planning;

namespace TinyEngine.Tests.Graphs;

public sealed class GraphTextTests
{
    public static TheoryData<string> Models => [.. SharedModels.All];

    [SharedTheory]
    [MemberData(nameof(Models))]
    public void Text_of_every_stage_of_a_model_reads_back(string model)
    {
        var bytes = SharedModels.Model(model);
        var plain = new CompileOptions { Name = "m", Train = TrainMode.None, SramBudget = 1 << 23, FlashBudget = 1 << 23 };
        var seen = new List<string>();
        ModelCompiler.Compile(bytes, plain with { AfterPass = (pass, graph) => Check(pass, graph, seen) });
        // Later stages are equal up to the boundary, so only the rest is new.
        bool learns = false;
        var trained = plain with
        {
            Train = TrainMode.Parse("last:2"),
            Classes = 10,
            AfterPass = (pass, graph) =>
            {
                learns |= pass == "replace-head";
                if (learns)
                {
                    Check(pass, graph, seen);
                }
            },
        };
        ModelCompiler.Compile(bytes, trained);
        Assert.Equal(
            ["import", "number-layers", "plan-memory", "replace-head", "plan-memory"],
            seen.Where(p => p is "import" or "number-layers" or "replace-head" or "plan-memory")
        );
    }

    [Fact]
    public void Text_of_a_region_reads_back()
    {
        GraphAssert.RoundTrips(StreamGraph.Build(), OperatorSet.Core, "stream");
        Assert.Contains("stream(%0) \"stem\"", Printer.Print(StreamGraph.Build()));
    }

    [Fact]
    public void Text_of_random_graphs_reads_back()
    {
        PlanningGraphs.Random.Sample(g => GraphAssert.RoundTrips(g, PlanningGraphs.Operators, g.Name), iter: 200);
        PlanningGraphs.RandomPlanned.Sample(g => GraphAssert.RoundTrips(g, PlanningGraphs.Operators, g.Name), iter: 200);
    }

    [Fact]
    public void Text_keeps_any_name_and_number()
    {
        double[] odd =
        [
            0,
            -0.0,
            float.Epsilon,
            float.MaxValue,
            1f / 3,
            1e-30f,
            16777216,
            1e20f,
            double.NaN,
            double.PositiveInfinity,
            double.NegativeInfinity,
            123456.7f,
        ];
        Gen.Select(Gen.String[0, 12], Gen.Double.Array[0, 4], Gen.Long.Array[0, 4], Gen.Int[0, 11].Select(k => odd[k]))
            .Sample(
                (name, reals, integers, number) =>
                {
                    var type = new TensorType(DType.I16, new Shape([new Dim(2), new Dim(1)]), new QuantParams([0.1f, float.Epsilon], 0, 0));
                    var w = Value.Constant(name, new Tensor(type, [-32768, 32767]), new Packing(Shape.Of(1, 2), [1, 0]));
                    var s = Value.Constant("data", new Tensor(TensorType.F32(Shape.Of(12)), [.. odd]));
                    var i = Value.Constant("scalar", new Tensor(TensorType.F32(Shape.Scalar), [number]));
                    var x = new Value("in\tput", new TensorType(DType.F32, new Shape([new Dim(3, true)])), ValueKind.Input);
                    var attributes = Attributes
                        .Empty.With(name + "a", number)
                        .With("b", reals)
                        .With("c", integers)
                        .With("d", name)
                        .With("e", long.MinValue)
                        .With("none", Array.Empty<long>());
                    var node = new Node
                    {
                        Op = Clamp.Op,
                        Name = name,
                        Inputs = [x, null, w, s, i],
                        Outputs = [new Value(name, x.Type, ValueKind.Result)],
                        Attributes = attributes,
                    };
                    GraphAssert.RoundTrips(
                        new Graph
                        {
                            Name = name,
                            Inputs = [x],
                            Nodes = [node],
                            Outputs = [node.Output, w],
                        },
                        OperatorSet.Core,
                        name
                    );
                },
                iter: 500
            );
    }

    [Fact]
    public void Text_keeps_apart_types_of_the_same_bytes()
    {
        var zeros = new[]
        {
            new TensorType(DType.I8, Shape.Of(64)),
            new TensorType(DType.I32, Shape.Of(16)),
            TensorType.F32(Shape.Of(4, 4)),
            new TensorType(DType.Bit, Shape.Of(512)),
        };
        Value[] constants = [.. zeros.Select((t, i) => Value.Constant($"c{i}", Tensor.Zeros(t)))];
        GraphAssert.RoundTrips(new Graph { Name = "g", Inputs = [], Nodes = [], Outputs = [.. constants] }, OperatorSet.Core, "zeros");
    }

    [Fact]
    public void Hostile_text_is_a_graph_or_is_diagnosed()
    {
        string[] texts =
        [
            Printer.Print(TinyModel.Build("tiny", OperatorSet.Core, Target.Default)),
            Printer.Print(StreamGraph.Build()),
        ];
        string[] words =
        [
            .. texts.SelectMany(t => t.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries)).Distinct(),
            "-1",
            "99999999999999999999",
            "1E999",
            "nan",
            "[",
            "{",
            "body",
            "\"",
            "\\u",
            "@0",
            "%0",
            "<=",
            "stage=-1",
            "2147483647",
        ];
        var random = new Random(11);
        int graphs = 0;
        for (int i = 0; i < 6000; i++)
        {
            string text = texts[i % texts.Length];
            for (int n = random.Next(1, 4); n > 0; n--)
            {
                text = Edited(text, words, random);
            }

            graphs += Judge(text) ? 1 : 0;
        }

        Assert.InRange(graphs, 100, 5000);
    }

    [Fact]
    public void Absurd_text_is_diagnosed()
    {
        string head = "tinyengine-ir 1\ngraph \"g\" stage=imported target=host {\n";
        string nested = string.Concat(Enumerable.Repeat("%1 \"y\" : f32[1] = stream() \"s\" body\n" + head[16..], 5000));
        string[] texts =
        [
            "",
            "tinyengine-ir 2\n",
            head,
            head + nested,
            head + new string('[', 100_000),
            head + "input %0 \"x\" : f32[2147483647,2147483647,2147483647]\nreturn %0\n}\n",
            head + "input %0 \"x\" : f32[1] q[-5](0.5, 0)\nreturn %0\n}",
            head.Replace("imported", "-1") + "input %0 \"x\" : f32[1]\nreturn %0\n}\n",
            head + "\ndata {\n  @a f32[9999999999] AAAA\n}\n",
        ];
        Assert.All(texts, t => Assert.False(Judge(t), t[..Math.Min(t.Length, 100)]));
    }

    /// <summary>True where a text is a graph; then the verifier must be able to judge it.</summary>
    private static bool Judge(string text)
    {
        try
        {
            _ = Verifier.Violations(Parser.Parse(text, OperatorSet.Core)).Count();
            return true;
        }
        catch (DiagnosticException e)
        {
            Assert.Equal("TE0115", Assert.Single(e.Diagnostics).Code);
            return false;
        }
    }

    private static string Edited(string text, string[] words, Random random)
    {
        int at = random.Next(text.Length), next = Math.Min(text.Length, at + random.Next(1, 30));
        return random.Next(6) switch
        {
            0 => text[..at],
            1 => text[..at] + (char)random.Next(32, 127) + text[(at + 1)..],
            2 => text[..at] + text[next..],
            3 => text[..at] + text[at..next] + text[at..],
            4 => text[..at] + " " + words[random.Next(words.Length)] + " " + text[at..],
            _ => Swapped(text, words[random.Next(words.Length)], words[random.Next(words.Length)]),
        };
    }

    private static string Swapped(string text, string word, string by)
    {
        int at = text.IndexOf(word, StringComparison.Ordinal);
        return at < 0 ? by + text : text[..at] + by + text[(at + word.Length)..];
    }

    private static void Check(string pass, Graph graph, List<string> seen)
    {
        seen.Add(pass);
        GraphAssert.RoundTrips(graph, OperatorSet.Core, pass);
    }
}
