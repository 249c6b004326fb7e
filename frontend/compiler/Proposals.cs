// What a user may do when a model does not fit: variants of the options, each of them really planned, with their bytes.

using System.Globalization;
using TinyEngine.Ir;

namespace TinyEngine.Compiler;

/// <summary>Planned alternatives to options that exceed a budget.</summary>
internal static class Proposals
{
    /// <summary>One note that lists the variants and whether they fit; none where no variant can be planned.</summary>
    public static IEnumerable<Diagnostic> For(byte[] model, CompileOptions options, KernelTable kernels, Footprints footprints)
    {
        var texts = new List<string>();
        foreach (var (name, variant) in Variants(options))
        {
            try
            {
                var graph = Pipeline.Run(ModelCompiler.Import(model, variant), variant with { AfterPass = null }, kernels);
                var report = PlanReport.Of(graph, variant, model, footprints);
                bool fits = report.Sram.Total <= report.Sram.Budget && report.Flash.Total <= report.Flash.Budget;
                texts.Add(string.Create(CultureInfo.InvariantCulture, $"{name} needs {report.Sram.Total:N0} bytes of SRAM and {report.Flash.Total:N0} of flash{(fits ? " and fits" : "")}"));
            }
            catch (DiagnosticException)
            {
                // The variant is not possible for this model; it is not proposed.
            }
        }

        return texts.Count > 0 ? [Diagnostics.WouldFit.At("", string.Join("; ", texts))] : [];
    }

    private static IEnumerable<(string Name, CompileOptions Variant)> Variants(CompileOptions options)
    {
        if (options.Train.Scheme is null)
        {
            yield break;
        }

        if (options.Classes is null)
        {
            yield return ("--classes 10", options with { Classes = 10 });
            yield return ("--head int8", options with { QuantizedHead = true });
        }

        if (options.Gradients == DType.F32 && options.Train != TrainMode.Head)
        {
            yield return ("--gradients int8", options with { Gradients = DType.I8 });
        }

        if (options.Train != TrainMode.Head)
        {
            yield return ("--train head", options with { Train = TrainMode.Head });
        }

        yield return ("--train none", options with { Train = TrainMode.None });
    }
}
