// Every pass by its text: tests/passes/<pass>.te holds cases, each a graph, `=>`, and the graph or the diagnoses that the pass makes
// of it. The files document the passes; TINYENGINE_UPDATE_GOLDEN=1 writes what follows `=>` anew.

using System.Globalization;
using TinyEngine.Compiler;
using TinyEngine.Ir;
using TinyEngine.Passes;

namespace TinyEngine.Tests.PassPages;

public sealed class PassTextTests
{
    private const string Separator = "// -----\n";
    private const string Arrow = "=>\n";

    private static readonly string Folder = Path.Combine(SharedModels.Root, "tests", "passes");

    private static readonly string[] Names =
    [
        .. Directory.EnumerateFiles(Folder, "*.te").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal),
    ];

    public static TheoryData<string> Pages => [.. Names];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Pass_makes_what_its_page_shows(string pass)
    {
        string path = Path.Combine(Folder, pass + ".te"), page = File.ReadAllText(path);
        string[] cases = page.Split(Separator);
        string shown = string.Join(Separator, cases.Select((text, i) => i == 0 ? text : Shown(pass, text)));
        Golden.Equal(path, shown);
    }

    [Fact]
    public void Every_pass_has_a_page() =>
        Assert.Equal(Everything().Select(p => p.Name).Where(p => p != "import").Append("remove-dead").Order(StringComparer.Ordinal), Names);

    [Fact]
    public void Design_lists_every_pass_with_its_stage()
    {
        var lines = Everything().GroupBy(p => p.Result)
            .SelectMany(stage =>
                stage.Select((p, i) => $"{(i == 0 ? $"{stage.Key}" : "").ToLowerInvariant(),-10} {p.Name,-21} {p.Summary}")
            );
        string list = string.Join('\n', lines);
        Assert.Contains($"```\n{list}\n```", File.ReadAllText(Path.Combine(SharedModels.Root, "DESIGN.md")));
    }

    /// <summary>The passes for options that leave none out.</summary>
    private static IEnumerable<Pass> Everything()
    {
        var options = new CompileOptions
        {
            Name = "m",
            Train = TrainMode.Head,
            InitialSeed = 1,
            InputRows = true,
            Gradients = DType.I8,
        };
        return Pipeline.Passes(options);
    }

    /// <summary>A case with what its pass makes of it now.</summary>
    private static string Shown(string pass, string text)
    {
        string given = text[..(text.IndexOf(Arrow, StringComparison.Ordinal) + Arrow.Length)];
        string graph = given[given.IndexOf("graph \"", StringComparison.Ordinal)..^Arrow.Length];
        var input = Verifier.Verify(Parser.Parse($"{Printer.Header}\n{graph}", OperatorSet.Core));
        try
        {
            var result = Verifier.Verify(Find(pass, Options(given))(input));
            return given
                + Printer.Print(result)[(Printer.Header.Length + 1)..]
                + (text.EndsWith("\n\n", StringComparison.Ordinal) ? "\n" : "");
        }
        catch (DiagnosticException e)
        {
            return given
                + string.Concat(e.Diagnostics.Select(d => d.Format("graph") + "\n"))
                + (text.EndsWith("\n\n", StringComparison.Ordinal) ? "\n" : "");
        }
    }

    private static Func<Graph, Graph> Find(string pass, CompileOptions options) =>
        pass == "remove-dead" ? RemoveDead.Run : Pipeline.Passes(options).Single(p => p.Name == pass).Run;

    /// <summary>The options of a case: words NAME=VALUE in a line that begins with <c>// with</c>.</summary>
    private static CompileOptions Options(string given)
    {
        var options = new CompileOptions { Name = "m" };
        string words = given.Split('\n').FirstOrDefault(l => l.StartsWith("// with ", StringComparison.Ordinal)) ?? "// with ";
        foreach (var word in words["// with ".Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = word.Split('=') is [var n, var v] ? (n, v) : throw new FormatException($"{word} is not NAME=VALUE");
            options = name switch
            {
                "train" => options with { Train = TrainMode.Parse(value)! },
                "inputs" => options with { Train = new TrainMode("scheme", SchemeFile.Parse($"weights: [{{layer: 0, inputs: {value}}}]")) },
                "classes" => options with { Classes = int.Parse(value, CultureInfo.InvariantCulture) },
                "loss" => options with { Loss = new LossChoice(Loss.Find(value)!) },
                "io" => options with { Io = Enum.Parse<BoundaryType>(value, ignoreCase: true) },
                "gradients" => options with { Gradients = DTypes.Parse(value)!.Value },
                "seed" => options with { InitialSeed = uint.Parse(value, CultureInfo.InvariantCulture) },
                "momentum" => options with
                {
                    Optimizer = options.Optimizer with { Momentum = double.Parse(value, CultureInfo.InvariantCulture) },
                },
                "sram" => options with { SramBudget = long.Parse(value, CultureInfo.InvariantCulture) },
                "input" => options with { InputRows = value == "rows" },
                "patch" => options with { PatchLayers = value == "auto" ? null : int.Parse(value, CultureInfo.InvariantCulture) },
                "scale" => options with { RawScale = new RawScale(double.Parse(value, CultureInfo.InvariantCulture), 0) },
                _ => throw new FormatException($"no option {name}"),
            };
        }

        return options;
    }
}
