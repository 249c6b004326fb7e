// The pretrained models, goldens and data sets that development keeps beside the checkout. Tests that use them skip with
// a message where they are not there.

namespace TinyEngine.Tests;

/// <summary>Where the shared folder is, and what is in it.</summary>
internal static class SharedModels
{
    /// <summary>The checkout.</summary>
    public static readonly string Root = FindRoot();

    /// <summary>The folder beside the checkout, or null.</summary>
    public static readonly string? Folder = Find();

    /// <summary>The int8 models.</summary>
    public static readonly string[] Int8 =
    [
        "autoencoder-ad-int8-qdq",
        "dscnn-kws-int8-qdq",
        "mbv2-w0.35-int8-qdq",
        "mcunet-5fps-int8-qdq",
        "mobilenetv1-vww-int8-qdq",
        "resnet8-cifar10-int8-qdq",
    ];

    /// <summary>The fp32 models.</summary>
    public static readonly string[] Fp32 =
    [
        "autoencoder-ad-fp32",
        "dscnn-kws-bn-fp32",
        "dscnn-kws-fp32",
        "mbv2-w0.35-fp32",
        "mcunet-5fps-fp32",
        "mobilenetv1-vww-fp32",
        "resnet8-cifar10-fp32",
    ];

    /// <summary>All models, also the one with out-of-range biases.</summary>
    public static readonly string[] All = [.. Int8, .. Fp32, "mcunet-5fps-int8-qdq-rawbias"];

    /// <summary>The bytes of a model.</summary>
    public static byte[] Model(string name) => File.ReadAllBytes(Path.Combine(Folder!, "models", name + ".onnx"));

    /// <summary>The path of a golden file.</summary>
    public static string Golden(string name) => Path.Combine(Folder!, "models", "golden", name + ".npz");

    /// <summary>The path of a data set.</summary>
    public static string Data(string name) => Path.Combine(Folder!, "data", name, name + ".npz");

    private static string? Find()
    {
        string shared = Path.Combine(Path.GetDirectoryName(Root) ?? "/", "shared");
        return Directory.Exists(Path.Combine(shared, "models")) ? shared : null;
    }

    private static string FindRoot()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "TinyEngine.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("TinyEngine.sln is not above the tests");
        }

        return folder;
    }
}

/// <summary>A test that needs the shared folder.</summary>
public sealed class SharedFactAttribute : FactAttribute
{
    /// <summary>Skips where the folder is absent.</summary>
    public SharedFactAttribute() => Skip = SharedModels.Folder is null ? "../shared is not beside the checkout" : null;
}

/// <summary>A theory that needs the shared folder.</summary>
public sealed class SharedTheoryAttribute : TheoryAttribute
{
    /// <summary>Skips where the folder, or what is needed of it, is absent.</summary>
    public SharedTheoryAttribute(string needs = "models") =>
        Skip =
            SharedModels.Folder is { } folder && Directory.Exists(Path.Combine(folder, needs))
                ? null
                : $"../shared/{needs} is not beside the checkout";
}
