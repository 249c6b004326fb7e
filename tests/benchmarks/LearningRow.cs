// One row of the learning table: a configuration, its rate, and the accuracy that a simulation with fp32 latent weights reached.

using TinyEngine.Compiler;
using TinyEngine.Passes;

namespace TinyEngine.Benchmarks;

/// <summary>A configuration.</summary>
/// <param name="Name">What is trained.</param>
/// <param name="Train">The training mode or a scheme file below samples/schemes.</param>
/// <param name="Update">The update rule.</param>
/// <param name="Gradients">The gradient type.</param>
/// <param name="Rate">The learning rate.</param>
/// <param name="Reference">The bar: mean accuracy of the reference, in per cent; null without a reference.</param>
/// <param name="Aware">Quantization-aware scaling.</param>
/// <param name="MaxSeeds">The most seeds of the row (for rows that take long).</param>
internal sealed record LearningRow(
    string Name,
    string Train,
    string Update,
    string Gradients,
    float Rate,
    double? Reference,
    bool Aware = true,
    int MaxSeeds = int.MaxValue
)
{
    /// <summary>All rows, in the order of the table.</summary>
    public static IEnumerable<LearningRow> All()
    {
        var schemes = new[]
        {
            ("49 KB scheme", "mcunet-5fps-49k.yaml", 0.005f, 81.0),
            ("99 KB scheme", "mcunet-5fps-99k.yaml", 0.0025f, 82.4),
            ("49 KB scheme, largest norms", "mcunet-5fps-49k-norms.yaml", 0.005f, 81.0),
            ("99 KB scheme, largest norms", "mcunet-5fps-99k-norms.yaml", 0.0025f, 82.4),
        };
        foreach (var (name, file, rate, reference) in schemes)
        {
            foreach (string update in new[] { "stochastic", "residual" })
            {
                foreach (string gradients in new[] { "fp32", "int16", "int8" })
                {
                    yield return new LearningRow(name, file, update, gradients, rate, reference);
                }
            }

            yield return new LearningRow(name, file, "nearest", "fp32", rate, reference, MaxSeeds: 2);
        }

        yield return new LearningRow("head only", "head", "stochastic", "fp32", 0.0025f, 76.8);
        yield return new LearningRow("biases of the last 22", "bias:22", "stochastic", "fp32", 0.01f, 79.9);
        yield return new LearningRow("all layers", "full", "stochastic", "fp32", 0.001f, 81.6, MaxSeeds: 1);
        yield return new LearningRow("all layers", "full", "residual", "fp32", 0.001f, 81.6, MaxSeeds: 1);
        foreach (float rate in new[] { 0.0025f, 0.005f, 0.01f, 0.02f })
        {
            yield return new LearningRow(
                "99 KB scheme, scaling off",
                "mcunet-5fps-99k.yaml",
                "stochastic",
                "fp32",
                rate,
                null,
                Aware: false,
                MaxSeeds: 1
            );
        }
    }

    /// <summary>The inputs of a result besides the seed and the compiler: this row and the text of its scheme.</summary>
    public string Key(string root) => IsScheme ? this + File.ReadAllText(SchemePath(root)) : ToString();

    private bool IsScheme => Path.GetExtension(Train) == ".yaml";

    private string SchemePath(string root) => Path.Combine(root, "samples", "schemes", Train);

    /// <summary>The options that compile this row for the host.</summary>
    public CompileOptions Options(string root) =>
        new()
        {
            Name = "mcunet",
            Target = Ir.Target.Find("host")!,
            SramBudget = 1L << 26,
            FlashBudget = 1L << 26,
            Classes = 10,
            RawScale = new RawScale(0.00784313772, -1.00392163),
            Train = IsScheme ? new TrainMode(Train, SchemeFile.Parse(File.ReadAllText(SchemePath(root)), Train)) : TrainMode.Parse(Train),
            Update = new UpdateRule(Update, Aware, 1, 1, 1),
            Gradients = Gradients switch
            {
                "int16" => Ir.DType.I16,
                "int8" => Ir.DType.I8,
                _ => Ir.DType.F32,
            },
        };
}
