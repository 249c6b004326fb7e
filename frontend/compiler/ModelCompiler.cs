// The C# API: from the bytes of an ONNX model to a planned graph and the files of its C project. Nothing is written here;
// OutputFolder does that.

using System.Security.Cryptography;
using TinyEngine.Codegen.C;
using TinyEngine.Image;
using TinyEngine.Ir;
using TinyEngine.Onnx;
using TinyEngine.Passes;

namespace TinyEngine.Compiler;

/// <summary>Compiles ONNX models.</summary>
public static class ModelCompiler
{
    private const int MostClasses = 10000;
    private const int MostSteps = 65536;

    /// <summary>The version of the compiler, which emitted files name.</summary>
    public static string Version { get; } = typeof(ModelCompiler).Assembly.GetName().Version!.ToString(3);

    /// <summary>Imports a model, runs the passes, plans memory and prints the C project.</summary>
    /// <param name="model">The bytes of the ONNX file.</param>
    /// <param name="options">The options of the compilation.</param>
    /// <exception cref="DiagnosticException">Everything that is wrong with the model, the options or the budgets.</exception>
    public static Compilation Compile(byte[] model, CompileOptions options)
    {
        if (BadOptions(options).ToList() is { Count: > 0 } bad)
        {
            throw new DiagnosticException(bad);
        }

        var (imported, notes) = Import(model, options);
        if (options.StopAfter is null && (imported.Inputs.Length > 1 || imported.Outputs.Length > 1))
        {
            throw new DiagnosticException(
                Diagnostics.NotBuilt.At(
                    "",
                    $"emitting a model with {imported.Inputs.Length} input(s) and {imported.Outputs.Length} output(s)"
                )
            );
        }

        var samples = imported.Inputs[0].Type.Shape;
        if (options.Train.Scheme is not null && (samples.Rank < 2 || samples[0] != 1))
        {
            throw new DiagnosticException(
                Diagnostics.BadTrainOption.At(
                    imported.Inputs[0].Name,
                    $"training takes one sample at a time; the model's input {samples} must have a batch of 1"
                )
            );
        }

        var footprints = Footprints.Of(options.Operators);
        bool isAuto = options.Train == TrainMode.Auto;
        if (isAuto)
        {
            options = options with { Train = AutoScheme.Choose(imported, options, footprints) };
        }

        Graph? lowered = null;
        var graph = Pipeline.Run(imported, options with
        {
            AfterPass = (pass, result) =>
            {
                lowered = pass == Pipeline.LastLowered ? result : lowered;
                options.AfterPass?.Invoke(pass, result);
            },
        });
        if (options.StopAfter is not null)
        {
            return new Compilation(graph, null, [], notes);
        }

        var origin = new Origin(Version, Convert.ToHexStringLower(SHA256.HashData(model)), options.Recipe);
        var image = ModelImage.Of(graph, options.Schedule, origin);
        var report = PlanReport.Of(image, options, footprints);
        var problems = report.CheckBudgets(new PeakText(imported, graph)).ToList();
        if (problems.Count > 0)
        {
            Diagnostic[] noScheme = isAuto ? [Diagnostics.NoSchemeFits.At(OptionName.Train)] : [];
            throw new DiagnosticException([.. noScheme, .. problems, Proposals.For(imported, options, footprints)]);
        }

        report = report with { Objectives = LeanKernels.Compare(lowered!, options) };
        EmittedFile[] files =
        [
            .. CPrinter.Print(image, options.Operators),
            new EmittedFile("report.html", HtmlReport.Print(report)),
            .. isAuto ? [new EmittedFile("scheme.yaml", SchemeFile.Print(options.Train.Scheme!))] : Array.Empty<EmittedFile>(),
        ];
        report = report with { Files = [.. files.Select(f => f.Path).Append(OutputManifest.Plan).Order(StringComparer.Ordinal)] };
        return new Compilation(
            graph,
            report,
            [.. files, new EmittedFile(OutputManifest.Plan, report.ToJson())],
            [.. notes, .. FrozenChannels(graph), .. isAuto ? [Chosen(options.Train.Scheme!, report)] : Array.Empty<Diagnostic>()]
        );
    }

    /// <summary>
    /// The model as far as the quantized stage, for people to look at. It is compiled for that, without limits of memory, so that whatever
    /// <see cref="Compile"/> refuses for these options is refused here, and by the same code.
    /// </summary>
    /// <param name="model">The bytes of the ONNX file.</param>
    /// <param name="options">As for <see cref="Compile"/>; budgets are not looked at.</param>
    /// <exception cref="DiagnosticException">Everything that is wrong with the model or the options.</exception>
    public static Compilation Inspect(byte[] model, CompileOptions options)
    {
        Graph? quantized = null;
        var compilation = Compile(model, options with
        {
            SramBudget = long.MaxValue,
            Regions = [],
            FlashBudget = long.MaxValue,
            AfterPass = (pass, graph) => quantized = pass == Pipeline.LastQuantized ? graph : quantized,
        });
        return compilation with { Graph = quantized! };
    }

    /// <summary>A note for each layer with channels that no update moves.</summary>
    private static IEnumerable<Diagnostic> FrozenChannels(Graph graph) =>
        from node in graph.Nodes
        where node.Op is Update && node.Input(0).Type.IsQuantized
        let frozen = Update.Steps(node).Count(step => step == 0)
        where frozen > 0
        select Diagnostics.FrozenChannels.At(node.Input(0).Name, frozen);

    /// <summary>A note on the scheme that was chosen.</summary>
    private static Diagnostic Chosen(TrainScheme scheme, PlanReport report)
    {
        var parts = scheme.Parts.Select(p => $"{p.Layer} ({SchemeFile.Text(p.Inputs)})");
        string weights = scheme.Parts.Length == 0 ? "" : $", weights of the layers {string.Join(", ", parts)} (their input channels)";
        return Diagnostics.ChosenScheme.At("", PlanTrials.Learned(report), $"biases of the last {scheme.Biases} layers{weights}");
    }

    /// <summary>Imports a model without transforming it.</summary>
    /// <exception cref="DiagnosticException">Everything that is wrong with the model.</exception>
    public static ImportedModel Import(byte[] model, CompileOptions options) =>
        OnnxImporter.Import(model, options.Name, options.Dims, options.Operators);

    /// <summary>Option values that would give C that does not compile or numbers that mean nothing.</summary>
    private static IEnumerable<Diagnostic> BadOptions(CompileOptions options)
    {
        if (!ModelName.IsIdentifier(options.Name))
        {
            yield return Diagnostics.BadOption.At(
                OptionName.Name,
                $"'{options.Name}' is not a C identifier of at most {ModelName.Longest} characters"
            );
        }
        else if (ModelName.Objection(options.Name) is { } objection)
        {
            yield return Diagnostics.BadName.At(OptionName.Name, options.Name, objection, ModelName.OfFile(options.Name));
        }

        if (options.RawScale is { } raw && (!float.IsNormal((float)raw.Scale) || !float.IsFinite((float)raw.Offset)))
        {
            yield return Diagnostics.BadOption.At(
                OptionName.RawScale,
                "the scale must be a finite fp32 number other than 0, and the offset finite"
            );
        }

        var names = options.Regions.Select(r => r.Name).ToList();
        if (names.FirstOrDefault(n => n.Length == 0 || !n.All(char.IsAsciiLetterLower)) is { } bad)
        {
            yield return Diagnostics.BadOption.At(OptionName.Regions, $"'{bad}' is not a name of small letters");
        }

        if (names.Distinct().Count() < names.Count)
        {
            yield return Diagnostics.BadOption.At(OptionName.Regions, "two memories have the same name");
        }

        if (names.Count > 1 && options.Placer is not null)
        {
            yield return Diagnostics.BadOption.At(
                OptionName.Placer,
                $"an exact plan is for one memory, and {OptionName.Regions} names more"
            );
        }

        foreach (var (_, option, text) in TrainingRequirements(options).Where(r => !r.Holds))
        {
            yield return Diagnostics.BadTrainOption.At(option, text);
        }
    }

    /// <summary>The requirements on training options, each with its option and its text.</summary>
    private static IEnumerable<(bool Holds, OptionName Option, string Text)> TrainingRequirements(CompileOptions options)
    {
        var (update, loss, optimizer) = (options.Update, options.Loss, options.Optimizer);
        int leastClasses = loss.Loss.TakesClass ? 2 : 1;
        yield return (
            options.Classes is null || (options.Classes >= leastClasses && options.Classes <= MostClasses),
            OptionName.Classes,
            $"a fresh head has {leastClasses} to {MostClasses} outputs with {OptionName.Loss} {loss.Loss.Title}"
        );
        yield return (loss.Smoothing is >= 0 and < 1, OptionName.Smoothing, "label smoothing is from 0 to less than 1");
        yield return (loss.Smoothing == 0 || loss.Loss.TakesClass, OptionName.Smoothing, "only cross-entropy has labels to smooth");
        yield return (
            loss.Reconstructs != true || loss.Loss.TakesReals,
            OptionName.Reconstructs,
            $"{OptionName.Loss} {loss.Loss.Title} cannot take the input as its target; mse, l1 and huber can"
        );
        yield return (optimizer.Momentum is >= 0 and < 1, OptionName.Momentum, "a momentum is from 0 to less than 1");
        yield return (IsAmount(optimizer.Decay), OptionName.Decay, "weight decay is a finite number from 0 on");
        yield return (optimizer.Accumulate is >= 1 and <= MostSteps, OptionName.Accumulate, $"an update takes 1 to {MostSteps} steps");
        yield return (IsAmount(optimizer.ClipNorm), OptionName.ClipNorm, "a norm is a finite number above 0");
        string rules = string.Join(" or ", Update.Rules);
        yield return (Update.Rules.Contains(update.Rule), OptionName.UpdateRule, $"'{update.Rule}' is not {rules}");
        (OptionName, float)[] rates =
        [
            (OptionName.WeightRate, update.WeightRate),
            (OptionName.BiasRate, update.BiasRate),
            (OptionName.HeadRate, update.HeadRate),
        ];
        foreach (var (name, factor) in rates)
        {
            yield return (IsAmount(factor), name, "a factor on the learning rate is a finite number from 0 on");
        }
    }

    /// <summary>True for numbers that fp32 holds, from 0 on.</summary>
    private static bool IsAmount(double value) => value >= 0 && float.IsFinite((float)value);
}
