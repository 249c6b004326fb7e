// The options of `tinyengine compile` that shape the training step: loss, optimizer, rates, schedule, initial weights. Which
// layers it trains is CompileCommand's own. This only parses; ModelCompiler says which values can be.

using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using TinyEngine.Codegen.C;
using TinyEngine.Compiler;
using TinyEngine.Ir;
using TinyEngine.Passes;

namespace TinyEngine.Cli;

/// <summary>Reads the training options of compile.</summary>
internal static class TrainingArguments
{
    private static readonly Option<string> LossName = Text("--loss", "cross-entropy", "what training minimizes: cross-entropy, mse, l1, huber, bce");
    private static readonly Option<float> Smoothing = Number("--label-smoothing", 0, "share of the target spread over all classes (cross-entropy)");
    private static readonly Option<string> Reconstruct = Text("--reconstruct", "auto", "the target is the input: auto (mse, l1, huber with as many outputs as inputs), on, off");
    private static readonly Option<string> OptimizerName = Text("--optimizer", "sgd", "sgd, or momentum with an fp32 velocity for every trained element");
    private static readonly Option<float?> Momentum = new("--momentum") { Description = "of --optimizer momentum (default 0.9): v = F*v + gradient; w -= lr*v" };
    private static readonly Option<float> Decay = Number("--weight-decay", 0, "w -= lr*F*w beside the step, in real units; biases do not decay");
    private static readonly Option<int> Accumulate = new("--accumulate") { Description = "steps of one update, which takes their mean gradient", DefaultValueFactory = _ => 1 };
    private static readonly Option<float> ClipNorm = Number("--clip-norm", 0, "largest norm of the gradient over all trained parameters (default: any)");
    private static readonly Option<string> Rule = Text("--update", "stochastic", "rounding of int8 updates: stochastic, residual, nearest");
    private static readonly Option<string> Qas = Text("--qas", "on", "quantization-aware scaling of updates: on, off");
    private static readonly Option<float> LrWeights = Number("--lr-weights", 1, "factor on the run-time learning rate for weights");
    private static readonly Option<float> LrBiases = Number("--lr-biases", 1, "factor for biases");
    private static readonly Option<float> LrHead = Number("--lr-head", 1, "factor for the head");
    private static readonly Option<string> Schedule = Text("--lr-schedule", "constant", "what the emitted NAME_lr computes: constant, cosine, step");
    private static readonly Option<string> Init = Text("--init", "model", "weights to start from: model, or random[:SEED] (fp32 models; He-uniform, biases zero)");

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<Option> All =
        [LossName, Smoothing, Reconstruct, OptimizerName, Momentum, Decay, Accumulate, ClipNorm, Rule, Qas, LrWeights, LrBiases, LrHead, Schedule, Init];

    /// <summary>The compile options with the training options of a command line; what is wrong is added to the problems.</summary>
    /// <param name="options">The other options.</param>
    /// <param name="result">The command line.</param>
    /// <param name="oneOf">Reads an option that has one of these values.</param>
    /// <param name="problems">Takes diagnostics.</param>
    public static CompileOptions Read(CompileOptions options, ParseResult result, Func<Option<string>, string[], string> oneOf, List<Diagnostic> problems)
    {
        // oneOf has diagnosed a name that is none of these.
        var loss = Loss.Find(oneOf(LossName, [.. Loss.All.Select(l => l.Option)]) ?? "") ?? SoftmaxCrossEntropy.Op;
        var reconstruct = oneOf(Reconstruct, ["auto", "on", "off"]);
        bool hasMomentum = oneOf(OptimizerName, ["sgd", "momentum"]) == "momentum";
        if (!hasMomentum && result.GetValue(Momentum) is not null)
        {
            problems.Add(Diagnostics.BadTrainOption.At(Momentum.Name, "needs --optimizer momentum"));
        }

        return options with
        {
            Update = new UpdateRule(oneOf(Rule, ["stochastic", "residual", "nearest"]), oneOf(Qas, ["on", "off"]) == "on",
                result.GetValue(LrWeights), result.GetValue(LrBiases), result.GetValue(LrHead)),
            Loss = new LossChoice(loss, result.GetValue(Smoothing), reconstruct switch { "on" => true, "off" => false, _ => null }),
            Optimizer = new OptimizerChoice(hasMomentum ? result.GetValue(Momentum) ?? 0.9f : 0, result.GetValue(Decay), result.GetValue(Accumulate), result.GetValue(ClipNorm)),
            Schedule = oneOf(Schedule, ["constant", "cosine", "step"]) switch { "cosine" => RateSchedule.Cosine, "step" => RateSchedule.Step, _ => RateSchedule.Constant },
            InitialSeed = Seed(result.GetValue(Init)!, problems),
        };
    }

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

    private static Option<string> Text(string name, string value, string description) => new(name) { Description = description, DefaultValueFactory = _ => value };

    private static Option<float> Number(string name, float value, string description) => new(name) { Description = description, DefaultValueFactory = _ => value };
}
