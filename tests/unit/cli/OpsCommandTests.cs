// `tinyengine ops` lists what there is: every ONNX operator with an import rule, and every kernel that nodes of an operator ask for.

using System.Text.Json;
using TinyEngine.Ir;
using TinyEngine.Tests.Training;

namespace TinyEngine.Tests.Cli;

[Collection("console")]
public sealed class OpsCommandTests
{
    private static readonly Dictionary<string, JsonElement> Rows = JsonDocument
        .Parse(CommandLine.Run("ops", "--json").Output)
        .RootElement.GetProperty("operators")
        .EnumerateArray()
        .ToDictionary(r => r.GetProperty("name").GetString()!);

    [Fact]
    public void Every_import_rule_is_listed_with_its_opset()
    {
        string listed = string.Join(", ", Rows.Values.Select(r => r.GetProperty("onnx").GetString()));
        Assert.All(
            OperatorSet.Core.Rules,
            r => Assert.Matches($@"(^|, ){r.OnnxOp} \((\d+/)*{r.SinceOpset}\b", listed)
        );
        Assert.All(OperatorSet.Core.Rules.Where(r => r.Form is not null), r => Assert.Contains(r.Form!, listed));
    }

    [Fact]
    public void Kernels_that_nodes_ask_for_are_those_listed()
    {
        foreach (var op in OperatorSet.Core.Operators.Where(op => op.HasGradient && op.Imports.Any()))
        {
            string[] types = Rows[op.Name].GetProperty("dtypes").GetString()!.Split(' ');
            Assert.True(Rows[op.Name].GetProperty("gradient").GetBoolean());
            foreach (var node in GradientCases.Of(op).Select(c => c.Node).Where(n => !n.Op.IsView))
            {
                var builder = new GraphBuilder();
                var asked = node.Op.Lower(node, builder) is null ? [node] : builder.Nodes;
                Assert.All(
                    asked.Select(n => NativeKernels.Selected(n).Kernel!),
                    k => Assert.Contains(k.Family == op.Name ? k.ElementTypes : $"{k.ElementTypes}({k.Family})", types)
                );
            }
        }
    }

    [Theory]
    [InlineData("sigmoid", "i8(lookup)")]
    [InlineData("concat", "i8(place)")]
    [InlineData("upsample", "i8")]
    public void Operators_on_codes_say_how(string op, string type) =>
        Assert.Contains(type, Rows[op].GetProperty("dtypes").GetString()!.Split(' '));
}
