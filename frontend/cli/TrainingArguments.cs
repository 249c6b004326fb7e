// The options of `tinyengine compile` that shape the training step: loss, optimizer, rates, schedule, initial weights. The
// choice of trained layers is in CompileCommand. This class only parses; ModelCompiler checks the values.

using System.CommandLine;
using System.Globalization;
using System.Text;
using TinyEngine.Compiler;
using TinyEngine.Image;
using TinyEngine.Ir;
using TinyEngine.Passes;

namespace TinyEngine.Cli;

/// <summary>Reads the training options of compile.</summary>
internal static class TrainingArguments
{
    /// <summary>The training modes besides none, for the help of options that take one.</summary>
    public const string Modes = "head, bias:K, last:K, full, or a scheme FILE.yaml";

    private static readonly ChoiceOption<Loss> LossName = new(
        "--loss",
        "loss that training minimizes",
        [.. Loss.All.Select(l => (l.Title, l))]
    );
    private static readonly Option<float> Smoothing = Number(
        "--label-smoothing",
        0,
        "share of the target that is spread over all classes (cross-entropy only)"
    );
    private static readonly ChoiceOption<bool?> Reconstruct = new(
        "--reconstruct",
        "whether the target is the input; auto: with mse, l1 and huber, if the model has as many outputs as inputs",
        ("auto", null),
        ("on", true),
        ("off", false)
    );
    private static readonly ChoiceOption<bool> WithMomentum = new(
        "--optimizer",
        "how gradients become steps; momentum keeps an fp32 velocity for every trained element",
        ("sgd", false),
        ("momentum", true)
    );
    private static readonly Option<float?> Momentum = new("--momentum")
    {
        Description = "factor of --optimizer momentum: v = F*v + gradient; w -= lr*v [0.9]",
    };
    private static readonly Option<float> Decay = Number(
        "--weight-decay",
        0,
        "each step also does w -= lr*F*w, in real units; biases do not decay"
    );
    private static readonly Option<int> Accumulate = new("--accumulate")
    {
        Description = "steps per update; an update uses the mean of their gradients",
        DefaultValueFactory = _ => 1,
    };
    private static readonly Option<float?> ClipNorm = new("--clip-norm")
    {
        Description = "largest allowed norm of the gradient over all trained parameters [no limit]",
    };
    private static readonly ChoiceOption<string> Rule = new("--update", "rounding of int8 updates", [.. Update.Rules.Select(r => (r, r))]);
    private static readonly ChoiceOption<bool> Qas = new(
        "--qas",
        "scale int8 updates by their quantization (quantization-aware scaling)",
        ("on", true),
        ("off", false)
    );
    private static readonly Option<float> LrWeights = Number("--lr-weights", 1, "factor on the run-time learning rate for weights");
    private static readonly Option<float> LrBiases = Number("--lr-biases", 1, "factor on the run-time learning rate for biases");
    private static readonly Option<float> LrHead = Number("--lr-head", 1, "factor on the run-time learning rate for the head");
    private static readonly ChoiceOption<RateSchedule> Schedule = new(
        "--lr-schedule",
        "learning rate schedule of the emitted function NAME_lr",
        ("constant", RateSchedule.Constant),
        ("cosine", RateSchedule.Cosine),
        ("step", RateSchedule.Step)
    );
    private static readonly Option<string> Init = new("--init")
    {
        Description = "weights to start from: the model's own, or random ones (fp32 models only; He-uniform, biases zero)",
        HelpName = "model|random[:SEED]",
        DefaultValueFactory = _ => "model",
    };

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<Option> All =
    [
        LossName,
        Smoothing,
        Reconstruct,
        WithMomentum,
        Momentum,
        Decay,
        Accumulate,
        ClipNorm,
        Rule,
        Qas,
        LrWeights,
        LrBiases,
        LrHead,
        Schedule,
        Init,
    ];

    /// <summary>The compile options with the training options of a command line; errors are added to the problems.</summary>
    /// <param name="options">The other options.</param>
    /// <param name="result">The command line.</param>
    /// <param name="problems">Takes diagnostics.</param>
    public static CompileOptions Read(CompileOptions options, ParseResult result, List<Diagnostic> problems)
    {
        var loss = LossName.Read(result, problems);
        bool? reconstruct = Reconstruct.Read(result, problems);
        bool hasMomentum = WithMomentum.Read(result, problems);
        if (!hasMomentum && result.GetValue(Momentum) is not null)
        {
            problems.Add(Diagnostics.BadTrainOption.At(Momentum.Name, "needs --optimizer momentum"));
        }

        float? norm = result.GetValue(ClipNorm);
        if (norm is not null && !(norm > 0))
        {
            problems.Add(Diagnostics.BadTrainOption.At(ClipNorm.Name, "a norm is a finite number above 0"));
        }

        return options with
        {
            Update = new UpdateRule(Rule.Read(result, problems), Qas.Read(result, problems),
                result.GetValue(LrWeights), result.GetValue(LrBiases), result.GetValue(LrHead)),
            Loss = new LossChoice(loss, result.GetValue(Smoothing), reconstruct),
            Optimizer = new OptimizerChoice(
                hasMomentum ? result.GetValue(Momentum) ?? 0.9f : 0,
                result.GetValue(Decay),
                result.GetValue(Accumulate),
                norm ?? 0
            ),
            Schedule = Schedule.Read(result, problems),
            InitialSeed = Seed(result.GetValue(Init)!, problems),
        };
    }

    /// <summary>The options of a command that looks at a model without emitting it: name, training mode and dimensions.</summary>
    public static CompileOptions ReadModel(ParseResult result, string path, Option<string> train, List<Diagnostic> problems)
    {
        var mode = ReadMode(result, train, problems);
        if (mode == TrainMode.Auto)
        {
            problems.Add(
                Diagnostics.BadOption.At(train.Name, "auto needs the budgets of compile; give the scheme.yaml that compile wrote")
            );
        }

        return new()
        {
            Name = ModelName.OfFile(path),
            Train = mode,
            Dims = DimOption.Instance.Read(result, problems),
        };
    }

    /// <summary>A training mode by name, or from a scheme file; errors are added to the problems.</summary>
    public static TrainMode ReadMode(ParseResult result, Option<string> option, List<Diagnostic> problems)
    {
        string text = result.GetValue(option)!;
        try
        {
            return IsScheme(text)
                ? new TrainMode(text, SchemeFile.Parse(Encoding.UTF8.GetString(Terminal.ReadFile(text, option.Name)), text))
                : TrainMode.Parse(text);
        }
        catch (DiagnosticException e)
        {
            problems.AddRange(e.Diagnostics);
            return TrainMode.None;
        }
    }

    /// <summary>True where a training mode is the name of a scheme file.</summary>
    public static bool IsScheme(string text) => Path.GetExtension(text) is ".yaml" or ".yml";

    private static uint? Seed(string text, List<Diagnostic> problems)
    {
        switch (text.Split(':'))
        {
            case ["model"]:
                return null;
            case ["random"]:
                return 0;
            case ["random", var seed] when uint.TryParse(seed, NumberStyles.None, CultureInfo.InvariantCulture, out uint value):
                return value;
            default:
                problems.Add(Diagnostics.BadOption.At(Init.Name, $"'{text}' is not model, random or random:SEED"));
                return null;
        }
    }

    private static Option<float> Number(string name, float value, string description) =>
        new(name) { Description = description, DefaultValueFactory = _ => value };
}
