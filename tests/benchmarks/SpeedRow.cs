// One row of the table of speed: a network, what it trains, a core, and the instructions it is measured against.

using TinyEngine.Compiler;
using TinyEngine.Ir;

namespace TinyEngine.Benchmarks;

/// <summary>A build of the table; bars are million instructions, and the last one is the hardest.</summary>
/// <param name="Model">A file of ../shared/models, without its ending.</param>
/// <param name="Train">A scheme file of samples/schemes or a training mode.</param>
/// <param name="Target">The core.</param>
/// <param name="Bars">Must, goal, moonshot; the last ones may be absent.</param>
internal sealed record SpeedRow(string Model, string Train, string Target, params double[] Bars)
{
    /// <summary>The titles of the bars.</summary>
    public static readonly string[] BarNames = ["must", "goal", "moonshot"];

    private const double SlowerThanM7 = 1.02;

    /// <summary>What the row measures.</summary>
    public string Name => Model + (Train == "none" ? ", inference" : $", step ({Path.GetFileNameWithoutExtension(Train)})");

    /// <summary>The type of gradients.</summary>
    public DType Gradients { get; init; } = DType.I8;

    /// <summary>All rows, core by core.</summary>
    public static IEnumerable<SpeedRow> All()
    {
        const string Mcunet = "mcunet-5fps-int8-qdq",
            Mbv2 = "mbv2-w0.35-int8-qdq",
            Vww = "mobilenetv1-vww-int8-qdq",
            Kws = "dscnn-kws-int8-qdq",
            Resnet = "resnet8-cifar10-int8-qdq",
            Autoencoder = "autoencoder-ad-int8-qdq";
        SpeedRow[] inference =
        [
            new(Mcunet, "none", "cortex-m7", 31.7, 28, 25),
            new(Mbv2, "none", "cortex-m7", 27, 23, 21),
            new(Vww, "none", "cortex-m7", 6.5, 5.6, 5.0),
            new(Kws, "none", "cortex-m7", 3.8, 3.4, 3.2),
            new(Resnet, "none", "cortex-m7", 13.5, 12.3, 11.5),
            new(Autoencoder, "none", "cortex-m7", 0.32, 0.29, 0.25),
        ];
        SpeedRow[] others =
        [
            new("resnet8-cifar10-fp32", "none", "cortex-m7", 21, 19),
            new("dscnn-kws-fp32", "none", "cortex-m7", 5.5, 5),
            new(Mcunet, "mcunet-5fps-49k.yaml", "cortex-m7", 48, 43, 40),
            new(Mbv2, "mbv2-w0.35-99k.yaml", "cortex-m7"),
            new("autoencoder-ad-fp32", "full", "cortex-m7", 1.1, 0.9) { Gradients = DType.F32 },
            new(Kws, "none", "cortex-m0plus", 17, 14),
            new(Resnet, "none", "cortex-m0plus", 60, 50),
            new(Vww, "none", "cortex-m0plus", 50, 42),
            new(Autoencoder, "none", "cortex-m0plus", 2.3, 1.2),
            new(Mcunet, "none", "cortex-m55", 9.0, 7.5),
            new(Vww, "none", "cortex-m55", 2.6, 1.6),
            new(Kws, "none", "cortex-m55", 1.1, 0.95),
            new(Resnet, "none", "cortex-m55", 3.0, 2.7),
            new(Mcunet, "mcunet-5fps-49k.yaml", "cortex-m55", 18, 15),
        ];
        var alike = new[] { "cortex-m4", "cortex-m33" }.SelectMany(target =>
            inference.Select(r => r with { Target = target, Bars = [.. r.Bars.Select(b => Math.Round(SlowerThanM7 * b, 2))] })
        );
        return [.. inference, .. others[..5], .. alike, .. others[5..]];
    }

    /// <summary>The options of the row: as those of the table of memory, in inference without a limit of memory.</summary>
    /// <param name="root">The root of the repository.</param>
    public CompileOptions Options(string root)
    {
        string scheme = Path.Combine(root, "samples", "schemes", Train);
        bool isScheme = Path.GetExtension(Train) == ".yaml";
        return new()
        {
            Name = "m",
            Target = Ir.Target.Find(Target)!,
            SramBudget = 1 << 21,
            FlashBudget = 1 << 21,
            Train = isScheme ? new TrainMode(Train, SchemeFile.Parse(File.ReadAllText(scheme), Train)) : TrainMode.Parse(Train),
            Classes = isScheme ? 10 : null,
            Gradients = Gradients,
        };
    }
}
