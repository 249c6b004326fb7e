// A shared model, compiled into a folder of its own, and data files to run it on.

using System.IO.Compression;
using TinyEngine.Compiler;
using TinyEngine.Data;
using TinyEngine.Experiments;
using TinyEngine.Ir;
using TinyEngine.Passes;
using TinyEngine.Tests;

namespace TinyEngine.Device.Tests;

/// <summary>An emitted folder that lives as long as the test.</summary>
internal sealed class SharedModel : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("tinyengine-model-");

    /// <summary>Compiles a shared model for a target.</summary>
    public SharedModel(
        string model,
        string target = "host",
        string train = "none",
        string rule = "stochastic",
        int? classes = null,
        RawScale? raw = null,
        long sram = 512 * 1024,
        DType gradients = DType.F32
    )
    {
        Name = model;
        var options = new CompileOptions
        {
            Name = "net",
            Target = Target.Find(target)!,
            Train = File.Exists(SchemePath(train))
                ? new TrainMode(train, SchemeFile.Parse(File.ReadAllText(SchemePath(train))))
                : TrainMode.Parse(train),
            Classes = classes,
            RawScale = raw,
            Update = new UpdateRule(rule, true, 1, 1, 1),
            Gradients = gradients,
            SramBudget = sram,
            FlashBudget = target == "host" ? 8 << 20 : 2 << 20,
        };
        Compilation = ModelCompiler.Compile(SharedModels.Model(model), options);
        OutputFolder.Write(Compilation.Files, Folder);
        Experiment = Experiment.Open(Folder);
    }

    /// <summary>The model's name.</summary>
    public string Name { get; }

    /// <summary>The compilation.</summary>
    public Compilation Compilation { get; }

    /// <summary>The emitted folder.</summary>
    public string Folder => Path.Combine(folder.FullName, "net");

    /// <summary>The report as the device side reads it.</summary>
    public PlanReport Plan => Experiment.Plan;

    /// <summary>The experiment on the folder.</summary>
    public Experiment Experiment { get; }

    /// <summary>The first inputs of the model's golden file as a data file.</summary>
    public string Samples(int count)
    {
        using var golden = Npz.Open(SharedModels.Golden(Name));
        var x = golden.Read("x");
        return Write("samples.npz", x, new byte[x.Shape[0]], 0, count);
    }

    /// <summary>A part of a data set's split.</summary>
    public string Part(string data, string split, int first, int count)
    {
        using var npz = Npz.Open(SharedModels.Data(data));
        var y = npz.Read("y_" + split);
        return Write(
            $"{split}-{first}.npz",
            npz.Read("x_" + split),
            [.. Enumerable.Range(0, y.Shape[0]).Select(i => (byte)y.IntegerAt(i))],
            first,
            count
        );
    }

    public void Dispose() => folder.Delete(recursive: true);

    private static string SchemePath(string name) => Path.Combine(SharedModels.Root, "samples", "schemes", name + ".yaml");

    private string Write(string name, NpyArray x, byte[] labels, int first, int count)
    {
        int bytes = x.Data.Length / x.Shape[0];
        string path = Path.Combine(folder.FullName, name);
        using var zip = new ZipArchive(File.Create(path), ZipArchiveMode.Create);
        void Add(string entry, NpyArray array)
        {
            using var stream = zip.CreateEntry(entry + ".npy").Open();
            array.Write(stream);
        }

        Add("x", x with { Shape = [count, .. x.Shape.Skip(1)], Data = x.Data.AsSpan(first * bytes, count * bytes).ToArray() });
        Add("y", new NpyArray(NpyType.UInt8, [count], labels[first..(first + count)]));
        return path;
    }
}

/// <summary>A theory that needs the shared folder, the Arm compiler and the emulator.</summary>
public sealed class BoardTheoryAttribute : TheoryAttribute
{
    /// <summary>Skips where something is missing.</summary>
    public BoardTheoryAttribute() => Skip = ArmTools.Missing ?? new SharedTheoryAttribute().Skip;
}
