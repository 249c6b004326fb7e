// The C program that makes results row by row (native/rows.c): its cases as text, and the partitions of the rows.

using System.Diagnostics;
using System.Globalization;
using System.Text;
using TinyEngine.Ir;
using TinyEngine.Passes;

namespace TinyEngine.Tests;

/// <summary>Writes the program.</summary>
internal static class RowProgram
{
    /// <summary>Writes the program with the runtime beside it.</summary>
    /// <returns>The names of the C files.</returns>
    public static IReadOnlyList<string> Write(string folder, IReadOnlyList<(Node Node, Tensor?[] Operands)> cases)
    {
        foreach (var runtime in OperatorSet.Core.Runtimes)
        {
            foreach (string path in runtime.Below("include/").Concat(runtime.Below("src/")))
            {
                File.WriteAllText(Path.Combine(folder, Path.GetFileName(path)), runtime.Read(path));
            }
        }

        File.WriteAllText(Path.Combine(folder, "cases.h"), Cases(cases));
        File.Copy(Path.Combine(SharedModels.Root, "tests", "unit", "native", "rows.c"), Path.Combine(folder, "rows.c"));
        return ["rows.c", .. NativeKernels.SourcesOf(cases.Select(c => c.Node.Kernel!.Symbol))];
    }

    /// <summary>The output of a program.</summary>
    public static string Run(string folder, string program, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return output.Result + errors;
    }

    private static string Cases(IReadOnlyList<(Node Node, Tensor?[] Operands)> cases)
    {
        var text = new StringBuilder();
        long most = 1;
        for (int i = 0; i < cases.Count; i++)
        {
            most = Math.Max(most, cases[i].Node.Outputs.Sum(o => o.Type.Bytes));
            text.Append(Case(i, cases[i].Node.Call!, cases[i].Operands, new Random(i)));
        }

        text.Append("static const row_case cases[] = {\n");
        for (int i = 0; i < cases.Count; i++)
        {
            text.Append(Invariant($"    {{whole_{i}, part_{i}, arguments_{i}, pieces_{i}, sizeof arguments_{i} / sizeof(argument), "))
                .Append(Invariant($"sizeof pieces_{i} / sizeof(piece), {Lead(cases[i].Node)}}},\n"));
        }

        return text.Append(Invariant($"}};\nenum {{ CASE_COUNT = {cases.Count}, CASE_BYTES = {most} }};\n")).ToString();
    }

    private static string Case(int index, KernelCall call, Tensor?[] operands, Random random)
    {
        var text = new StringBuilder();
        var result = call.ArgumentsOf(ParameterUse.Result).First().Type;
        bool window = call.Kernel.Rows == KernelRow.WindowRows;
        var contents = new Queue<Tensor?>(operands);
        var arguments = new List<string>();
        bool first = true,
            firstResult = true;
        foreach (var (parameter, argument) in call.Kernel.Parameters.Zip(call.Arguments))
        {
            var content = parameter.IsOperand ? (contents.TryDequeue(out var c) ? c : null) : argument?.Data;
            string data = content is null ? "NULL" : Invariant($"data_{index}_{arguments.Count}");
            if (content is not null)
            {
                text.Append(Invariant($"static const uint8_t {data}[] = {{{string.Join(",", content.ToBytes())}}};\n"));
            }

            string use = parameter.Use switch
            {
                ParameterUse.Operand when window && first => "RING_IN",
                ParameterUse.Result when window && firstResult => "RING_OUT",
                ParameterUse.Result when argument?.Type.DType == DType.Bit => "MASK_OUT",
                ParameterUse.Scratch => "SCRATCH",
                _ => "WHOLE",
            };
            (first, firstResult) = (first && !parameter.IsOperand, firstResult && parameter.Use != ParameterUse.Result);
            arguments.Add(argument is null ? "{NULL, WHOLE, -1, 0, 0}" : Argument(data, use, argument.Type));
        }

        int rows = RowCall.RowsOf(result.Shape);
        var partitions = Partitions(rows, random).Where(p => p.All(q => RowCall.Of(call, q.First, q.End) is not null)).ToList();
        Assert.NotEmpty(partitions);
        string whole = Statement(call.Kernel.Symbol, call.Request, call, null);
        string part = string.Concat(
            window
                ? [Statement(call.Kernel.Symbol + "_rows", call.Request, call, null, ", r")]
                : partitions.SelectMany(p => p).Distinct().Select(p => Piece(call, p.First, p.End))
        );
        text.Append(Invariant($"static void whole_{index}(void **b)\n{{\n{whole}}}\n"))
            .Append(Invariant($"static void part_{index}(void **b, const te_row_range *r)\n{{\n    (void)r;\n{part}}}\n"))
            .Append(Invariant($"static const argument arguments_{index}[] = {{\n    {string.Join(",\n    ", arguments)}}};\n"))
            .Append(Invariant($"static const piece pieces_{index}[] = {{"));
        foreach (var (p, i) in partitions.SelectMany(p => p.Select((q, i) => (q, i))))
        {
            var (from, end) = Needed(call, p.First, p.End);
            text.Append(Invariant($"{{{p.First}, {p.End}, {from}, {end}, {(i == 0 ? 1 : 0)}, {Scratch(p.End - p.First)}}}, "));
        }

        return text.Append("};\n").ToString();

        // A call makes at most the rows of one image without a break.
        long Scratch(int made) =>
            call.Kernel.ScratchBytes(call.Request, Math.Min(made, RowSchedule.RowsOf(call.ArgumentsOf(ParameterUse.Result).First())));
    }

    /// <summary>
    /// The aligned bytes from the result to the operand of a window that it may grow over, 0 where it may take its place, or -1.
    /// </summary>
    private static long Lead(Node node) =>
        node.Call is { InPlace: 0, Kernel.Rows: KernelRow.WindowRows } ? 0
        : Growth.Leads(node).Select(l => MemoryPlan.Align(l.Lead)).DefaultIfEmpty(-1).Single();

    private static string Argument(string data, string use, TensorType type)
    {
        int rows = RowCall.RowsOf(type.Shape);
        long rowBytes = type.DType == DType.Bit ? 0 : type.Bytes / rows;
        return Invariant($"{{{data}, {use}, {type.Bytes}, {rows}, {rowBytes}}}");
    }

    /// <summary>The call of one piece of an elementwise kernel.</summary>
    private static string Piece(KernelCall call, int first, int end)
    {
        var row = RowCall.Of(call, first, end)!;
        return Invariant(
            $"    if (r->first == {first} && r->end == {end}) {{\n{Statement(row.Symbol, row.Request, call, row.Offsets)}    }}\n"
        );
    }

    private static string Statement(string symbol, KernelRequest request, KernelCall call, IReadOnlyList<long>? offsets, string range = "")
    {
        var arguments = call.Arguments.Select(
            (a, i) =>
                a is null || offsets is null || offsets[i] == 0
                    ? Invariant($", b[{i}]")
                    : Invariant($", (void *)((uint8_t *)b[{i}] + {offsets[i]})")
        );
        return Invariant($"    static const {request.Struct} s = {{{NativeKernels.Initializer(request)}}};\n")
            + Invariant($"    {symbol}(&s{range}{string.Concat(arguments)});\n");
    }

    /// <summary>Every way to cut a few rows, or some of many; the first is no cut.</summary>
    private static IEnumerable<List<(int First, int End)>> Partitions(int rows, Random random)
    {
        int all = 1 << Math.Min(rows - 1, 20);
        var cuts = rows <= 5 ? Enumerable.Range(0, all) : [0, all - 1, random.Next(all), random.Next(all), random.Next(all)];
        return cuts.Select(cut =>
        {
            int[] ends = [.. Enumerable.Range(1, rows - 1).Where(r => (cut >> (r - 1) & 1) != 0), rows];
            return ends.Select((end, i) => (i == 0 ? 0 : ends[i - 1], end)).ToList();
        });
    }

    /// <summary>
    /// The rows of the first operand that rows of the result need, by trying all pairs of rows of the window; for row by row kernels the
    /// rows themselves.
    /// </summary>
    private static (int From, int End) Needed(KernelCall call, int first, int end)
    {
        if (call.Request.Fields.All(f => f.Name != "stride_h"))
        {
            return (first, end);
        }

        int Field(string name) => (int)call.Request.IntegerField(name);
        var (inH, outH) = (Field("in_h"), Field("out_h"));
        // A gradient to the input, as a transposed convolution, makes rows of the window's input from rows of its output.
        bool adjoint = call.Kernel.Family.EndsWith("_dx", StringComparison.Ordinal) || call.Kernel.Family == "conv2d_transpose";
        int height = adjoint ? inH : outH;
        int[] needed =
        [
            .. from n in Enumerable.Range(0, Field("batch"))
            from o in Enumerable.Range(0, outH)
            from k in Enumerable.Range(0, Field("kernel_h"))
            let i = o * Field("stride_h") - Field("pad_top") + k * Field("dilation_h")
            where i >= 0 && i < inH
            let made = n * height + (adjoint ? i : o)
            where made >= first && made < end
            select adjoint ? n * outH + o : n * inH + i,
        ];
        return needed.Length == 0 ? (0, 0) : (needed.Min(), needed.Max() + 1);
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
