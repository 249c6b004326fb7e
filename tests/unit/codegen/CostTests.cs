// The column cost of kernels.def against instructions counted on the boards: runtime-c/samples.def has calls of every parameter struct,
// and measured.def their counts, which FootprintTests compares with the boards.

using System.Globalization;
using System.Text.RegularExpressions;
using TinyEngine.Ir;

namespace TinyEngine.Tests.Codegen;

public sealed partial class CostTests
{
    /// <summary>How far a cost may be from the count, of which it is a share.</summary>
    private const double Tolerance = 1.0 / 3;

    [Fact]
    public void Costs_are_close_to_the_instructions_counted()
    {
        var samples = Samples();
        var far = new List<string>();
        int compared = 0;
        foreach (Match row in Counts().Matches(FootprintTests.Table()))
        {
            var (kernel, target) = (OperatorSet.Core.Kernels.Find(row.Groups[1].Value)!, Target.Find(row.Groups[2].Value)!);
            long[] counts = [.. row.Groups[3].Value.Split(' ').Select(c => long.Parse(c, CultureInfo.InvariantCulture))];
            foreach (var (request, count) in samples[kernel.Struct].Zip(counts).Where(p => kernel.Holds(p.First)))
            {
                compared++;
                double share = (double)kernel.Instructions(request, target) / count;
                if (Math.Abs(share - 1) > Tolerance)
                {
                    far.Add($"{kernel.Symbol}, {target.Name}: {kernel.Instructions(request, target)}, counted {count}");
                }
            }
        }

        Assert.True(far.Count == 0, string.Join('\n', far));
        Assert.True(compared > 6 * 2 * OperatorSet.Core.Kernels.Rows.Count, $"only {compared} calls were compared");
    }

    [Fact]
    public void Every_kernel_is_counted_on_every_core_that_runs_it() =>
        Assert.Equal(
            OperatorSet
                .Core.Kernels.Rows.SelectMany(k =>
                    Target.All.Where(t => t.Name != "host" && t.Runs(k.Core)).Select(t => $"{k.Symbol}, {t.Name}")
                )
                .Order(StringComparer.Ordinal),
            Counts().Matches(FootprintTests.Table()).Select(m => $"{m.Groups[1].Value}, {m.Groups[2].Value}").Order(StringComparer.Ordinal)
        );

    /// <summary>The calls of each struct.</summary>
    private static Dictionary<string, List<KernelRequest>> Samples() =>
        SampleList()
            .Matches(File.ReadAllText(Path.Combine(SharedModels.Root, "runtime-c", "samples.def")))
            .ToDictionary(
                m => m.Groups[1].Value,
                m => Sample().Matches(m.Groups[2].Value).Select(s => Request(m.Groups[1].Value, s.Value)).ToList()
            );

    private static KernelRequest Request(string structure, string sample)
    {
        var fields = Field().Matches(sample).Select(f => f.Groups[2].Value.EndsWith('f')
            ? KernelField.Float(f.Groups[1].Value, float.Parse(f.Groups[2].Value[..^1], CultureInfo.InvariantCulture))
            : KernelField.Int(f.Groups[1].Value, long.Parse(f.Groups[2].Value, CultureInfo.InvariantCulture)));
        // Fields that a sample does not name are 0.
        var read = OperatorSet
            .Core.Kernels.Rows.Where(k => k.Struct == structure)
            .SelectMany(k => Name().Matches(k.When + " " + k.Cost).Select(m => m.Value))
            .Distinct();
        var given = fields.ToList();
        var others = read.Except(given.Select(f => f.Name)).Select(name => KernelField.Int(name, 0));
        return new KernelRequest("", structure, [.. given, .. others], []);
    }

    [GeneratedRegex("[a-z_][a-z0-9_]*")]
    private static partial Regex Name();

    [GeneratedRegex(@"^INSTRUCTIONS\((\w+), ([\w-]+), ([\d ]+)\)", RegexOptions.Multiline)]
    private static partial Regex Counts();

    [GeneratedRegex(@"^SAMPLES\((\w+),([^)]*)\)", RegexOptions.Multiline)]
    private static partial Regex SampleList();

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Sample();

    [GeneratedRegex(@"\.(\w+)\s*=\s*(-?[\d.]+f?)")]
    private static partial Regex Field();
}
