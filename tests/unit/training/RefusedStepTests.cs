// A training step whose numbers would leave fp32 is refused before anything changes: the emitted C of small models of every kind is
// fed samples and rates that are not finite, enormous or subnormal, under the sanitizers. A step that is refused leaves every byte
// behind the arena as it was; one that is taken leaves finite numbers, however many of them follow each other.

using System.Diagnostics;
using TinyEngine.Compiler;
using TinyEngine.Image;
using TinyEngine.Ir;
using TinyEngine.Passes;
using TinyEngine.Tests.Codegen;
using TinyEngine.Tests.Models;

namespace TinyEngine.Tests.Training;

public sealed class RefusedStepTests : IDisposable
{
    private static readonly CompileOptions Options = EmittedTraining.Options;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("tinyengine-refused-");

    public void Dispose() => folder.Delete(recursive: true);

    /// <summary>Models and options; whether samples are real numbers that training reads.</summary>
    public static TheoryData<string> Cases => [.. All.Keys];

    private static readonly Dictionary<string, (Func<OnnxModel> Model, CompileOptions Options, bool ReadsSamples)> All = new()
    {
        ["fp32 classifier"] = (Convolutional, Options, true),
        ["momentum and decay"] = (Convolutional, Options with { Optimizer = new OptimizerChoice(0.9, 0.01, 1, 0) }, true),
        ["accumulated and clipped"] = (Convolutional, Options with { Optimizer = new OptimizerChoice(0.9, 0, 3, 1) }, true),
        ["mean squared error"] = (Perceptron, Options with { Loss = new LossChoice(MeanLoss.Squared, 0, false) }, true),
        ["huber"] = (
            Perceptron,
            Options with
            {
                Loss = new LossChoice(MeanLoss.Huber, 0, false),
                Optimizer = new OptimizerChoice(0.5, 0, 1, 0),
            },
            true
        ),
        ["functions"] = (Functions, Options with { Loss = new LossChoice(MeanLoss.Absolute, 0, false) }, true),
        ["huge weights"] = (HugeWeights, Options with { Loss = new LossChoice(MeanLoss.Squared, 0, false) }, false),
        ["int8"] = (OnnxModel.Classifier, Options with { Io = BoundaryType.Float32 }, false),
        ["int8 residual"] = (
            OnnxModel.Classifier,
            Options with
            {
                Io = BoundaryType.Float32,
                Update = new UpdateRule("residual", true, 1, 1, 1),
                Optimizer = new OptimizerChoice(0.9, 0, 1, 0),
            },
            false
        ),
        ["int8 gradients"] = (
            OnnxModel.Classifier,
            Options with
            {
                Io = BoundaryType.Float32,
                Gradients = DType.I8,
                Optimizer = new OptimizerChoice(0.9, 0, 2, 1),
            },
            false
        ),
        ["int16 gradients"] = (
            OnnxModel.Classifier,
            Options with
            {
                Io = BoundaryType.Float32,
                Gradients = DType.I16,
                Optimizer = new OptimizerChoice(0, 0.1, 1, 0),
            },
            false
        ),
    };

    [CompilerTheory("gcc")]
    [MemberData(nameof(Cases))]
    public void Step_is_taken_with_finite_weights_or_refused_with_none_changed(string name)
    {
        var (model, options, readsSamples) = All[name];
        bool staysTame = model != HugeWeights;
        var compilation = ModelCompiler.Compile(model().Bytes, options);
        OutputFolder.Write(compilation.Files, Path.Combine(folder.FullName, "net"));
        File.WriteAllText(Path.Combine(folder.FullName, "main.c"), Program(compilation.Graph, readsSamples, staysTame));
        Run(
            $"gcc {SanitizingCompiler.Strict} -O1 -fsanitize=address,undefined,float-cast-overflow -fno-sanitize-recover=all -I net "
                + "main.c net/*.c net/runtime/*.c -o main -lm && ./main"
        );
    }

    private static string Program(Graph graph, bool readsSamples, bool staysTame)
    {
        bool hasClasses = graph.TrainInputs is [{ Type.DType: DType.I32 }, _];
        string target = hasClasses ? "(int32_t)(seed % NET_OUTPUT_COUNT), " : "target, ";
        var reals = StateLayout.Of(graph).Trained.Where(m => m.Value.Type.DType == DType.F32);
        return $$"""
            #include <math.h>
            #include <stdio.h>
            #include <string.h>

            #include "net.h"

            #define CHECK(condition) do { if (!(condition)) { printf("line %d: %s; sample %d, rate %d, step %d, status %d\n", __LINE__, #condition, sample, rate, step, status); return 1; } } while (0)

            static net_state s, before;
            static unsigned seed = 5;

            static float uniform(void)
            {
                seed = seed * 1664525u + 1013904223u;
                return (float)(seed >> 8) / 8388608.0f - 1.0f;
            }

            static int finite(void)
            {
                int all = 1;
            {{string.Concat(
                reals.Select(m => $"    for (int i = 0; i < {m.Value.Type.Count}; i++) {{ all &= isfinite(s.{m.Name}[i]) != 0; }}\n")
            )}}    return all;
            }

            int main(void)
            {
                static const float samples[] = {1.0f, NAN, INFINITY, -INFINITY, 3e38f, -3e38f, 1e30f, 1e19f, 1e9f, 1e-40f, 0.0f};
                static const float rates[] = {0.01f, NAN, INFINITY, -INFINITY, 3e38f, -3e38f, 1e30f, 1e10f, 1e5f, -1.0f, 1e-40f, 0.0f};
                for (int sample = 0; sample < (int)(sizeof samples / sizeof samples[0]); sample++) {
                    for (int rate = 0; rate < (int)(sizeof rates / sizeof rates[0]); rate++) {
                        int step = 0, status = 0;
                        (void)net_init(&s, 7);
                        for (; step < 12; step++) {
                            net_result result = {0};
                            float target[NET_OUTPUT_COUNT];
                            net_input_t *input = net_input(&s);
                            for (int i = 0; i < NET_INPUT_COUNT; i++) {
                                input[i] = step % 3 == 2 || i % 3 == 1 ? uniform() : samples[sample] * (samples[sample] > 1.0f ? 1.0f : uniform());
                            }
                            for (int i = 0; i < NET_OUTPUT_COUNT; i++) {
                                target[i] = step % 2 == 0 ? uniform() : samples[sample];
                            }
                            (void)target;
                            before = s;
                            status = net_train_step(&s, {{target}}rates[rate], &result);
                            CHECK(finite());
                            if (status != TE_OK) {
                                CHECK(status == TE_ERROR_RATE || status == TE_ERROR_RANGE);
                                CHECK(memcmp((char *)&s + NET_ARENA_BYTES, (char *)&before + NET_ARENA_BYTES, sizeof s - NET_ARENA_BYTES) == 0);
                            }
                            CHECK(isfinite(rates[rate]) || status == TE_ERROR_RATE);
                            CHECK(!(sample == 0 || sample >= 9) || !(rate == 0 || rate >= 10) || {{(
                staysTame ? "0" : "step > 0"
            )}} || status == TE_OK);
                            CHECK({{(readsSamples ? "step % 3 == 2 || isfinite(samples[sample]) || status != TE_OK" : "1")}});
                        }
                    }
                }
                return 0;
            }

            """;
    }

    private static OnnxModel Convolutional() =>
        new OnnxModel()
            .Input("x", 1, 2, 6, 6)
            .Weights("w1", 4, 2, 3, 3)
            .Weights("b1", 4)
            .Node("Conv", "x w1 b1", "c1", ("pads", new long[] { 1, 1, 1, 1 }))
            .Node("Relu", "c1", "r1")
            .Weights("w2", 4, 1, 3, 3)
            .Node("Conv", "r1 w2", "c2", ("group", 4), ("pads", new long[] { 1, 1, 1, 1 }))
            .Node("Add", "c2 r1", "a2")
            .Node("MaxPool", "a2", "p", ("kernel_shape", new long[] { 2, 2 }), ("strides", new long[] { 2, 2 }))
            .Node("Flatten", "p", "f")
            .Weights("w3", 3, 36)
            .Weights("b3", 3)
            .Node("Gemm", "f w3 b3", "y", ("transB", 1))
            .Output("y");

    private static OnnxModel Perceptron() =>
        new OnnxModel()
            .Input("x", 1, 5)
            .Weights("w1", 7, 5)
            .Weights("b1", 7)
            .Node("Gemm", "x w1 b1", "h", ("transB", 1))
            .Node("Tanh", "h", "t")
            .Weights("w2", 5, 7)
            .Weights("b2", 5)
            .Node("Gemm", "t w2 b2", "y", ("transB", 1))
            .Output("y");

    // Small samples give moderate outputs, whose gradients overflow on their way back.
    private static OnnxModel HugeWeights()
    {
        var model = new OnnxModel().Input("x", 1, 4).Floats("tiny", [1], 1e-38f).Node("Mul", "x tiny", "h0");
        for (int i = 1; i <= 3; i++)
        {
            model
                .Floats($"w{i}", [4, 4], [.. Enumerable.Range(0, 16).Select(j => (j % 5 - 2) * 1e16f)])
                .Floats($"b{i}", [4], new float[4])
                .Node("Gemm", $"h{i - 1} w{i} b{i}", $"h{i}", ("transB", 1));
        }

        return model.Output("h3");
    }

    // Functions whose derivative can be of any size, between layers that train.
    private static OnnxModel Functions() =>
        new OnnxModel()
            .Input("x", 1, 5)
            .Weights("w1", 6, 5)
            .Weights("b1", 6)
            .Node("Gemm", "x w1 b1", "h", ("transB", 1))
            .Node("Exp", "h", "e")
            .Floats("one", [1], 1)
            .Node("Add", "e one", "more")
            .Node("Log", "more", "l")
            .Node("Sqrt", "more", "q")
            .Node("Mul", "l q", "m")
            .Node("Mul", "m h", "n")
            .Weights("w2", 4, 6)
            .Weights("b2", 4)
            .Node("Gemm", "n w2 b2", "y", ("transB", 1))
            .Output("y");

    private void Run(string command)
    {
        using var process = Process.Start(
            new ProcessStartInfo("sh", ["-c", command + " 2>&1"]) { WorkingDirectory = folder.FullName, RedirectStandardOutput = true }
        )!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{command}\n{output}");
    }
}
