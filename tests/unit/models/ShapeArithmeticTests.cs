// The arithmetic that exporters write around shapes is computed at import, in all forms in which they write it, and leaves no node.

using TinyEngine.Compiler;
using TinyEngine.Ir;
using TinyEngine.Onnx;

namespace TinyEngine.Tests.Models;

public sealed class ShapeArithmeticTests
{
    public static TheoryData<string, string> Forms =>
        new()
        {
            { "view of the batch", "[1,12]" },
            { "shape from start to end", "[1,12]" },
            { "product of all", "[12]" },
            { "upsampling by computed sizes", "[1,2,4,6]" },
            { "pads backwards", "[1,2,3,5]" },
            { "state of zeros", "[1,2,2,3]" },
            { "choice of an extent", "[1,2,6]" },
            { "quotient of extents", "[1,4,3]" },
        };

    [Theory]
    [MemberData(nameof(Forms))]
    public void Shapes_are_computed_at_import(string form, string shape)
    {
        var model = new OnnxModel(form == "shape from start to end" ? 15 : 13)
            .Input("x", 1, 2, 2, 3)
            .Longs("0", 0)
            .Longs("1", 1)
            .Longs("2", 2)
            .Longs("-1", -1);
        _ = form switch
        {
            "view of the batch" => Scalar(model, "first", 0)
                .Node("Shape", "x", "s")
                .Node("Gather", "s first", "b")
                .Node("Unsqueeze", "b 0", "u")
                .Node("Concat", "u -1", "c", ("axis", 0))
                .Node("Reshape", "x c", "y"),
            "shape from start to end" => model
                .Node("Shape", "x", "s", ("start", 0), ("end", -3))
                .Node("Concat", "s -1", "c", ("axis", 0))
                .Node("Reshape", "x c", "y"),
            "product of all" => model.Node("Shape", "x", "s").Node("ReduceProd", "s", "p").Node("Reshape", "x p", "y"),
            "upsampling by computed sizes" => model
                .Node("Shape", "x", "s")
                .Node("Cast", "s", "f", ("to", 1))
                .Floats("k", [4], 1, 1, 2, 2)
                .Node("Mul", "f k", "m")
                .Node("Floor", "m", "g")
                .Node("Cast", "g", "i", ("to", 7))
                .Node(
                    "Resize",
                    "x - - i",
                    "y",
                    ("mode", "nearest"),
                    ("coordinate_transformation_mode", "asymmetric"),
                    ("nearest_mode", "floor")
                ),
            // PyTorch writes pads last dimension first, filled up with zeros, and turns them around.
            "pads backwards" => model
                .Longs("given", 1, 1, 0, 1)
                .Longs("rest", 4)
                .Node("ConstantOfShape", "rest", "z0")
                .Node("Cast", "z0", "z", ("to", 7))
                .Node("Concat", "given z", "all", ("axis", 0))
                .Longs("pairs", -1, 2)
                .Node("Reshape", "all pairs", "r")
                .Longs("from", -1)
                .Longs("to", long.MinValue)
                .Node("Slice", "r from to 0 -1", "t")
                .Node("Transpose", "t", "tt")
                .Node("Reshape", "tt -1", "p")
                .Node("Pad", "x p", "y"),
            "state of zeros" => model.Node("Shape", "x", "s").Node("ConstantOfShape", "s", "z").Node("Add", "x z", "y"),
            "choice of an extent" => model
                .Longs("want", 1, -1, 6)
                .Longs("minus", -1, -1, -1)
                .Longs("known", 1, 2, 6)
                .Node("Equal", "want minus", "q")
                .Node("Where", "q known want", "w")
                .Node("Reshape", "x w", "y"),
            _ => model
                .Longs("3", 3)
                .Longs("12", 12)
                .Node("Div", "12 3", "q")
                .Node("Concat", "1 q 3", "c", ("axis", 0))
                .Node("Reshape", "x c", "y"),
        };
        var graph = OnnxImporter.Import(model.Output("y").Bytes, "m", new Dictionary<string, int>(), OperatorSet.Core).Graph;
        Assert.Equal(shape, graph.Outputs[0].Type.Shape.ToString());
        Assert.All(graph.Nodes.SelectMany(n => n.Outputs), v => Assert.Equal(DType.F32, v.Type.DType));
        ModelCompiler.Inspect(model.Bytes, new CompileOptions { Name = "m", Train = TrainMode.None });
    }

    [Theory]
    [InlineData("Add", 4611686018427387904L, 4611686018427387904L, "TE0202")]
    [InlineData("Div", 1L, 0L, "TE0202")]
    [InlineData("Mod", 1L, 0L, "TE0202")]
    public void Integers_without_a_result_are_diagnosed(string op, long a, long b, string code)
    {
        var model = new OnnxModel()
            .Input("x", 1, 4)
            .Longs("a", a)
            .Longs("b", b)
            .Node(op, "a b", "c")
            .Node("Reshape", "x c", "y")
            .Output("y");
        Assert.Equal(
            code,
            Assert
                .Throws<DiagnosticException>(() => OnnxImporter.Import(model.Bytes, "m", new Dictionary<string, int>(), OperatorSet.Core))
                .Diagnostics[0]
                .Code
        );
    }

    [Fact]
    public void Huge_constant_is_diagnosed_before_it_is_made()
    {
        var model = new OnnxModel()
            .Input("x", 1, 4)
            .Longs("s", 1 << 30, 1 << 30)
            .Node("ConstantOfShape", "s", "z")
            .Node("Add", "x z", "y")
            .Output("y");
        Assert.Equal(
            "TE0203",
            Assert
                .Throws<DiagnosticException>(() => OnnxImporter.Import(model.Bytes, "m", new Dictionary<string, int>(), OperatorSet.Core))
                .Diagnostics[0]
                .Code
        );
    }

    [Fact]
    public void Real_constants_of_the_file_stay_operators()
    {
        var model = new OnnxModel()
            .Input("x", 1, 4)
            .Weights("a", 4)
            .Weights("b", 4)
            .Node("Mul", "a b", "c")
            .Node("Add", "x c", "y")
            .Output("y");
        Assert.Equal(2, OnnxImporter.Import(model.Bytes, "m", new Dictionary<string, int>(), OperatorSet.Core).Graph.Nodes.Length);
    }

    private static OnnxModel Scalar(OnnxModel model, string name, int value) => model.Node("Constant", "", name, ("value_int", value));
}
