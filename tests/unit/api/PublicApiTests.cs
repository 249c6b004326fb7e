// The public API of every assembly as golden text, so that a change of it is seen in review.

using System.Reflection;

namespace TinyEngine.Tests.Api;

public sealed class PublicApiTests
{
    public static TheoryData<string> Assemblies =>
    [
        "TinyEngine.Codegen.C",
        "TinyEngine.Compiler",
        "TinyEngine.Data",
        "TinyEngine.Device",
        "TinyEngine.Exact",
        "TinyEngine.Experiments",
        "TinyEngine.Image",
        "TinyEngine.Ir",
        "TinyEngine.Onnx",
        "TinyEngine.Passes",
    ];

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void Public_api_equals_golden(string assembly) =>
        Golden.Equal(Golden.Beside($"api.{assembly}.txt"), ApiPrinter.Print(Assembly.Load(assembly)));
}
