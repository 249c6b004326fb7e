// One row of the table of memory: a network, what it trains, and the totals it is measured against.

using TinyEngine.Compiler;

namespace TinyEngine.Benchmarks;

/// <summary>A build of the table; bars are totals in KiB with state and stack, and the last one is the hardest.</summary>
/// <param name="Model">A file of ../shared/models, without its ending.</param>
/// <param name="Train">A scheme file of samples/schemes or a training mode.</param>
/// <param name="Must">The bar that has to be reached.</param>
/// <param name="Goal">The bar aimed at.</param>
/// <param name="Moonshot">The bar hoped for.</param>
internal sealed record MemoryRow(string Model, string Train, double Must, double Goal, double Moonshot)
{
    /// <summary>The SRAM budget in bytes: activations are made again where the plan is above it.</summary>
    public long Sram { get; init; } = 1 << 22;

    /// <summary>True where the input comes row by row and never lies in memory as a whole.</summary>
    public bool InputRows { get; init; }

    /// <summary>What the row measures.</summary>
    public string Name
    {
        get
        {
            string task = Train == "none" ? "inference" : Path.GetFileNameWithoutExtension(Train).Replace(Network + "-", "");
            return $"{Network}, {task}{(InputRows ? ", --input rows" : "")}";
        }
    }

    /// <summary>The file of the same network in fp32, without its ending.</summary>
    public string Fp32Model => Network + "-fp32";

    private string Network => Model.Replace("-int8-qdq", "");

    /// <summary>All rows, in the order of the table.</summary>
    public static IEnumerable<MemoryRow> All()
    {
        const string Mcunet = "mcunet-5fps-int8-qdq",
            Mbv2 = "mbv2-w0.35-int8-qdq",
            Vww = "mobilenetv1-vww-int8-qdq",
            Kws = "dscnn-kws-int8-qdq",
            Resnet = "resnet8-cifar10-int8-qdq";
        yield return new(Mcunet, "mcunet-5fps-49k.yaml", 96, 91, 87);
        yield return new(Mcunet, "mcunet-5fps-99k.yaml", 136, 131, 128);
        yield return new(Mbv2, "mbv2-w0.35-99k.yaml", 134, 130, 127);
        yield return new(Kws, "full", 96, 84, 76) { Sram = 96 * 1024 };
        yield return new(Mcunet, "none", 58, 54, 51);
        yield return new(Mbv2, "none", 58, 54, 51);
        yield return new(Resnet, "none", 22, 18, 12);
        yield return new(Vww, "none", 31, 29, 28);
        yield return new(Kws, "none", 12, 9.5, 8.8);
        yield return new(Mcunet, "mcunet-5fps-49k.yaml", 80, 76, 72) { InputRows = true };
        yield return new(Mcunet, "mcunet-5fps-99k.yaml", 130, 126, 112) { InputRows = true };
        yield return new(Mbv2, "mbv2-w0.35-99k.yaml", 124, 120, 104) { InputRows = true };
        yield return new(Mcunet, "none", 36, 32, 26) { InputRows = true };
        yield return new(Mbv2, "none", 32, 28, 18) { InputRows = true };
        yield return new(Vww, "none", 20, 18, 12) { InputRows = true };
    }

    /// <summary>
    /// The options of the row: cortex-m7, ten new classes where it trains, int8 gradients, regions chosen by the compiler.
    /// </summary>
    /// <param name="root">The root of the repository.</param>
    public CompileOptions Options(string root)
    {
        string scheme = Path.Combine(root, "samples", "schemes", Train);
        bool isScheme = Path.GetExtension(Train) == ".yaml";
        return new()
        {
            Name = "m",
            SramBudget = Sram,
            FlashBudget = 1 << 23,
            Train = isScheme ? new TrainMode(Train, SchemeFile.Parse(File.ReadAllText(scheme), Train)) : TrainMode.Parse(Train),
            Classes = isScheme ? 10 : null,
            Gradients = Ir.DType.I8,
            PatchLayers = null,
            InputRows = InputRows,
            StopAfter = "plan-memory",
        };
    }
}
