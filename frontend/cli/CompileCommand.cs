// `tinyengine compile`: from a model to a folder of C. Options are read into CompileOptions and nothing else happens here.

using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using TinyEngine.Compiler;
using TinyEngine.Exact;
using TinyEngine.Ir;
using TinyEngine.Passes;

namespace TinyEngine.Cli;

/// <summary>The compile command.</summary>
internal static class CompileCommand
{
    private static readonly Argument<string> Model = new("MODEL") { Description = "ONNX model, fp32 or QDQ int8" };
    private static readonly Option<string?> Output = new("-o", "--output") { Description = "folder for the C project", HelpName = "DIR" };
    private static readonly Option<string> TargetName = Text(
        "--target",
        "cortex-m7",
        "core: " + string.Join(", ", Target.All.Select(t => t.Name))
    );
    private static readonly Option<string> Sram = Text("--sram", "256K", "SRAM budget in bytes; K, KB and KiB are 1024 bytes, M 1024 K");
    private static readonly Option<string> Flash = Text("--flash", "1M", "flash budget in bytes");
    private static readonly Option<string?> Name = new("--name")
    {
        Description = "identifier of the model in C [from the file name]",
        HelpName = "NAME",
    };
    private static readonly Option<string> Train = Text(
        "--train",
        "head",
        $"what the device trains: none, {TrainingArguments.Modes}; auto: the largest scheme that fits"
    );
    private static readonly Option<int?> Classes = new("--classes") { Description = "replace the head by a new fp32 layer with N classes" };
    private static readonly ChoiceOption<bool> QuantizedHead = new(
        "--head",
        "element type of the trained head; only a pretrained head can be int8",
        ("fp32", false),
        ("int8", true)
    );
    private static readonly ChoiceOption<DType> Gradients = new(
        "--gradients",
        "format of gradients between int8 layers: fp32, or block floating point with int16 or int8 mantissas",
        ("fp32", DType.F32),
        ("int16", DType.I16),
        ("int8", DType.I8)
    );
    private static readonly ChoiceOption<(bool Caller, bool Rows)> Input = new(
        "--input",
        "where the input is: in the model's arena, in a buffer of the caller, or handed out row by row",
        ("arena", default),
        ("caller", (true, false)),
        ("rows", (false, true))
    );
    private static readonly Option<string> Patch = Text("--patch", "auto", "what runs row by row, its maps never whole: the regions that "
        + "need least SRAM, nothing, or the first N layers as one region");
    private static readonly Option<string> Placing = Text("--plan", "fast", "how places in the arena are found: by heuristics, or by a "
        + $"solver that proves the least arena or states the gap; N limits its work, in about seconds ({ExactPlacer.DefaultWork})");
    private static readonly ChoiceOption<Objective> Optimize = new(
        "--optimize",
        "what kernels are chosen for: few instructions, little flash for at most a tenth more of them, or the least flash",
        ("speed", Objective.Speed),
        ("balanced", Objective.Balanced),
        ("size", Objective.Size)
    );
    private static readonly Option<string?> Regions = new("--region")
    {
        Description = "memories of the device, the fastest first, instead of --sram; what is used most goes to the first, and external "
            + "memory comes last",
        HelpName = "NAME=SIZE,...",
    };
    private static readonly ChoiceOption<BoundaryType> Io = new(
        "--io",
        "element type of input and output",
        ("auto", BoundaryType.Auto),
        ("int8", BoundaryType.Int8),
        ("float32", BoundaryType.Float32),
        ("uint8", BoundaryType.UInt8)
    );
    private static readonly Option<string[]> PrintAfter = new("--print-after")
    {
        Description = "print the graph after a pass (import, number-layers, ...)",
    };
    private static readonly Option<string?> StopAfter = new("--stop-after") { Description = "stop after a pass and write nothing" };

    /// <summary>Options that are planned, not built (docs/limits.md): they answer TE0601.</summary>
    private static readonly Option<string?>[] Planned =
        [.. new[] { "--calibrate", "--keep-float", "--project", "--emit" }
            .Select(n => new Option<string?>(n) { Hidden = true })];

    /// <summary>Values of planned options that ask for nothing new.</summary>
    private static readonly IReadOnlyDictionary<string, string> Built = new Dictionary<string, string>
    {
        ["--project"] = "plain",
        ["--emit"] = "c",
    };

    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        (TargetName.HelpName, Train.HelpName) = ("CORE", "MODE");
        (Sram.HelpName, Flash.HelpName) = ("SIZE", "SIZE");
        (Patch.HelpName, Placing.HelpName) = ("auto|off|N", "fast|exact|exact:N");
        (PrintAfter.HelpName, StopAfter.HelpName) = ("PASS", "PASS");
        var command = new DocumentedCommand("compile", "compile a model to a C project with its memory plan",
            "tinyengine compile keywords.onnx -o out/keywords --target cortex-m7 --train last:2 --classes 8 --sram 256K",
            ("Project", [Output, Name, TargetName, Sram, Flash, Optimize, Patch, Placing, Regions]),
            ("Training", [Train, Classes, QuantizedHead, Gradients, .. TrainingArguments.All]),
            ("Input and output", [Io, Input, RawSamples.Scale, RawSamples.Offset, DimOption.Instance]),
            ("Looking inside", [PrintAfter, StopAfter])) { Model };
        foreach (var option in Planned)
        {
            command.Add(option);
        }

        command.SetAction(result => Terminal.Run(result, result.GetValue(Model)!, terminal => Run(result, terminal)));
        return command;
    }

    private static void Run(ParseResult result, Terminal terminal)
    {
        string path = result.GetValue(Model)!;
        var options = Options(result, path, terminal);
        string? output = result.GetValue(Output);
        if (output is null && options.StopAfter is null)
        {
            throw new DiagnosticException(Diagnostics.BadOption.At("-o", "give the folder to write to"));
        }

        if (output is not null && options.StopAfter is null && Files(result, output).Problems().ToList() is { Count: > 0 } problems)
        {
            throw new DiagnosticException(problems);
        }

        var compilation = ModelCompiler.Compile(Terminal.ReadFile(path), options);
        terminal.Notes(compilation.Notes);
        if (compilation.Report is { } report)
        {
            terminal.Cancellation.ThrowIfCancellationRequested(); // from here on a signal waits until the folder is complete
            OutputFolder.Write(compilation.Files, output!);
            terminal.Result(report.ToJson(), () => Summary(report, output!));
        }
        else
        {
            terminal.Result(Json(compilation.Graph.Stage, options.StopAfter!), () => []);
        }
    }

    /// <summary>The model and the scheme, which the files of an earlier compilation in the folder must not be.</summary>
    private static CommandFiles Files(ParseResult result, string output)
    {
        var files = new CommandFiles().Reads(result.GetValue(Model)!, "it is the model").ReplacesEmitted(Output, output);
        return TrainingArguments.IsScheme(result.GetValue(Train)!) ? files.Reads(result.GetValue(Train)!, $"{Train.Name} reads it") : files;
    }

    /// <summary>The result of a compilation that was stopped after a pass.</summary>
    private static string Json(Stage stage, string pass) => JsonText.Of(w =>
    {
        w.WriteString("stage", stage.ToString().ToLowerInvariant());
        w.WriteString("pass", pass);
    });

    private static IEnumerable<string> Summary(PlanReport r, string folder)
    {
        var c = CultureInfo.InvariantCulture;
        yield return string.Create(c, $"{r.Model} for {r.Target} in {folder}");
        yield return string.Create(
            c,
            $"  SRAM   {r.Sram.Total,9:N0} of {r.Sram.Budget:N0} bytes: arena {r.Sram.Arena:N0}, trained {r.Sram.Trained:N0}, state "
                + $"{r.Sram.State}, stack {r.Sram.Stack} ({r.Sram.StackSource})"
        );
        if (r.Sram.ProvenBound is { } bound)
        {
            string gap = r.Sram.Arena > bound ? string.Create(c, $"within {r.Sram.Arena - bound:N0} bytes of the optimum") : "optimal";
            yield return $"  plan   {gap} for this order of execution";
        }

        foreach (var m in r.Regions ?? [])
        {
            yield return string.Create(
                c,
                $"  {m.Name,-7}{m.Used,9:N0} of {m.Bytes:N0} bytes: arena {m.Arena:N0}, trained {m.Trained:N0}, stack {m.Stack}; traffic "
                    + $"{m.TrafficInference:N0} bytes an inference, {m.TrafficStep:N0} a step"
            );
        }

        yield return string.Create(
            c,
            $"  flash  {r.Flash.Total,9:N0} of {r.Flash.Budget:N0} bytes: weights {r.Flash.Weights:N0}, tables {r.Flash.Tables:N0}, code "
                + $"{r.Flash.Code:N0} ({r.Flash.CodeSource})"
        );
        if (r.Analytic > 0)
        {
            var values = r.Trained.Where(t => t.IsValue).ToList();
            yield return string.Create(
                c,
                $"  update {values.Sum(t => t.Elements),9:N0} of {values.Sum(t => t.Of):N0} elements of {values.Count} tensors; analytic "
                    + $"memory {r.Analytic / 1024.0:0.0} KB"
            );
        }

        string again = r.Macs.Recomputed > 0 ? string.Create(c, $" ({r.Macs.Recomputed:N0} to make activations again)") : "";
        yield return string.Create(c, $"  MACs   {r.Macs.Forward:N0} forward, {r.Macs.Backward:N0} backward{again}; {r.Steps.Count} steps");
        if (r.Instructions is { } instructions)
        {
            string step = instructions.TrainStep is { } train ? string.Create(c, $", {train:N0} training step") : "";
            yield return string.Create(c, $"  speed  {instructions.Inference:N0} instructions inference{step} ({instructions.Source})");
        }
    }

    private static IEnumerable<string> PassNames(CompileOptions options) =>
        Pipeline.Passes(options).Select(p => p.Name);

    private static CompileOptions Options(ParseResult result, string path, Terminal terminal)
    {
        var problems = new List<Diagnostic>();
        T Parse<T>(Option<string> option, Func<string, T?> parse, string expected)
        {
            string text = result.GetValue(option)!;
            if (parse(text) is { } value)
            {
                return value;
            }

            problems.Add(Diagnostics.BadOption.At(option.Name, $"'{text}' is not {expected}"));
            return default!;
        }

        foreach (var option in Planned)
        {
            if (result.GetValue(option) is { } value && Built.GetValueOrDefault(option.Name) != value)
            {
                problems.Add(Diagnostics.NotBuilt.At("", $"{option.Name} {value}"));
            }
        }

        var printAfter = result.GetValue(PrintAfter) ?? [];
        var input = Input.Read(result, problems);
        var regions = ReadRegions(result, problems);
        var options = new CompileOptions
        {
            Name = result.GetValue(Name) ?? ModelName.OfFile(path),
            Target = Parse(TargetName, Target.Find, "a core: " + string.Join(", ", Target.All.Select(t => t.Name))),
            SramBudget = Parse(Sram, ByteSize.Parse, "a size such as 256K") ?? 0,
            Regions = regions,
            FlashBudget = Parse(Flash, ByteSize.Parse, "a size such as 1M") ?? 0,
            Objective = Optimize.Read(result, problems),
            Train = TrainingArguments.ReadMode(result, Train, problems),
            Classes = result.GetValue(Classes),
            QuantizedHead = QuantizedHead.Read(result, problems),
            Gradients = Gradients.Read(result, problems),
            CallerInput = input.Caller,
            InputRows = input.Rows,
            PatchLayers = ReadPatch(result, problems),
            Placer = ReadPlacer(result, problems),
            Io = Io.Read(result, problems),
            RawScale = RawSamples.Read(result, problems),
            Dims = DimOption.Instance.Read(result, problems),
            Command = string.Join(' ', result.Tokens.Select(t => t.Value)),
            Recipe = Recipe(result),
            StopAfter = result.GetValue(StopAfter),
            AfterPass = (pass, graph) =>
            {
                if (printAfter.Contains(pass))
                {
                    terminal.Print($"; after {pass}\n{Printer.Print(graph, data: false)}");
                }
            },
        };
        options = TrainingArguments.Read(options, result, problems);
        string[] passes = problems.Count > 0 || printAfter.Length == 0 ? printAfter : [.. PassNames(options)];
        problems.AddRange(
            printAfter
                .Except(passes)
                .Select(p => Diagnostics.BadOption.At(PrintAfter.Name, $"no pass '{p}'; there are {string.Join(", ", passes)}"))
        );

        return problems.Count == 0 ? options : throw new DiagnosticException(problems);
    }

    private static ImmutableArray<MemoryBank> ReadRegions(ParseResult result, List<Diagnostic> problems)
    {
        string? text = result.GetValue(Regions);
        var banks = ImmutableArray.CreateBuilder<MemoryBank>();
        foreach (string[] part in (text?.Split(',') ?? []).Select(p => p.Split('=')))
        {
            if (part.Length == 2 && ByteSize.Parse(part[1]) is { } bytes)
            {
                banks.Add(new MemoryBank(part[0], bytes));
            }
            else
            {
                problems.Add(Diagnostics.BadOption.At(Regions.Name, $"'{text}' is not a list such as dtcm=64K,sram=192K"));
            }
        }

        if (text is not null && result.GetResult(Sram) is { Implicit: false })
        {
            problems.Add(Diagnostics.BadOption.At(Regions.Name, $"the memories have sizes, so {Sram.Name} has no meaning"));
        }

        return banks.ToImmutable();
    }

    private static ExactPlacer? ReadPlacer(ParseResult result, List<Diagnostic> problems)
    {
        const string exact = "exact", limited = exact + ":";
        string text = result.GetValue(Placing)!;
        int work = ExactPlacer.DefaultWork;
        bool isLimited =
            text.StartsWith(limited, StringComparison.Ordinal)
            && int.TryParse(text[limited.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out work)
            && work > 0;
        if (!isLimited && text is not ("fast" or exact))
        {
            problems.Add(Diagnostics.BadOption.At(Placing.Name, $"'{text}' is not fast, exact or exact:N with N from 1 on"));
            return null;
        }

        return text == "fast" ? null : new ExactPlacer(work);
    }

    private static int? ReadPatch(ParseResult result, List<Diagnostic> problems)
    {
        string text = result.GetValue(Patch)!;
        bool isCount = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int layers) && layers > 0;
        if (!isCount && text is not ("auto" or "off"))
        {
            problems.Add(Diagnostics.BadOption.At(Patch.Name, $"'{text}' is not auto, off or a number of layers from 1 on"));
        }

        return text == "auto" ? null : layers;
    }

    /// <summary>
    /// The command with the options that were given and shape the model, in the order of the help. Budgets shape it where they choose what
    /// trains; else they refuse models. Files stand without their folders.
    /// </summary>
    private static string Recipe(ParseResult result)
    {
        // One memory is a budget and nothing else; budgets choose what trains with auto.
        bool isAuto = result.GetValue(Train) == TrainMode.Auto.Text;
        Option[] budgets = result.GetValue(Regions)?.Contains(',') == true ? [Sram, Flash] : [Sram, Flash, Regions];
        Option[] silent = [Output, .. isAuto ? [] : budgets, PrintAfter, StopAfter];
        var given = result.CommandResult.Command.Options.Except(silent)
            .Where(o => !o.Recursive && result.GetResult(o) is { Implicit: false })
            .SelectMany(o => result.GetResult(o)!.Tokens.Select(t => t.Value).Prepend(o.Name));
        string[] files = [result.GetValue(Model)!, result.GetValue(Train)!];
        return string.Join(
            ' ',
            given.Prepend(files[0]).Prepend("tinyengine compile").Select(t => files.Contains(t) ? Path.GetFileName(t) : t)
        );
    }

    private static Option<string> Text(string name, string value, string description) =>
        new(name) { Description = description, DefaultValueFactory = _ => value };
}
