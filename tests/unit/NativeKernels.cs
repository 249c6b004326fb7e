// Runs single nodes on the C kernels: the parameter structs of all nodes and one wrapper each are compiled with the runtime
// into a library that is loaded into the test. So a layer can be fed any operands, in the C that would be emitted.

using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using TinyEngine.Codegen.C;
using TinyEngine.Ir;

namespace TinyEngine.Tests;

/// <summary>A library of the kernels of some nodes.</summary>
internal sealed class NativeKernels : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("tinyengine-kernels-").FullName;
    private readonly IReadOnlyList<Node> nodes;
    private readonly IntPtr library;

    /// <summary>Compiles the kernels of these nodes, which are at least at the selected stage.</summary>
    public NativeKernels(IReadOnlyList<Node> nodes, bool integerRequantize)
    {
        this.nodes = nodes;
        var runtime = RuntimeSources.Embedded;
        foreach (var path in runtime.Below("include/").Concat(runtime.Below("src/")))
        {
            File.WriteAllText(Path.Combine(folder, Path.GetFileName(path)), runtime.Read(path));
        }

        File.WriteAllText(Path.Combine(folder, "layers.c"), Source());
        var sources = nodes.Select(n => n.Kernel).OfType<KernelRow>().Select(k => k.Symbol + ".c").Distinct();
        Run("gcc", $"-O2 -shared -fPIC -ffp-contract=off -fno-strict-aliasing -DTE_REQUANTIZE_INTEGER={(integerRequantize ? 1 : 0)} -o layers.so layers.c {string.Join(' ', sources)}");
        library = NativeLibrary.Load(Path.Combine(folder, "layers.so"));
    }

    /// <summary>The results of a node for these operands.</summary>
    public Tensor[] Evaluate(Node node, IReadOnlyList<Tensor?> operands) => Evaluate(nodes.ToList().IndexOf(node), operands);

    /// <summary>The results of the node at an index for these operands.</summary>
    public unsafe Tensor[] Evaluate(int index, IReadOnlyList<Tensor?> operands)
    {
        var node = nodes[index];
        // What the kernel takes beyond what the node has are optional operands that are left out at its end.
        bool noMask = node.Op.AcceptsClamp && node.Outputs.Length == 1;
        int absent = RuntimeSources.Embedded.ParameterCount(node.Kernel!.Symbol) - 1 - operands.Count - node.Tables.Length - node.Outputs.Length - (noMask ? 1 : 0) - (node.Scratch is null ? 0 : 1);
        int first = operands.Count + absent + node.Tables.Length;
        var buffers = operands.Select(t => t?.ToBytes()).Concat(Enumerable.Repeat<byte[]?>(null, absent)).Concat(node.Tables.Select(t => t.Data!.ToBytes()))
            .Concat(node.Outputs.Select(v => new byte[v.Type.Bytes])).ToList<byte[]?>();
        if (noMask)
        {
            buffers.Add(null);
        }

        if (node.Scratch is { } scratch)
        {
            buffers.Add(new byte[scratch.Type.Bytes]);
        }

        var handles = buffers.Select(b => GCHandle.Alloc(b ?? [], GCHandleType.Pinned)).ToList();
        try
        {
            var arguments = buffers.Select((b, i) => b is null ? IntPtr.Zero : handles[i].AddrOfPinnedObject()).ToArray();
            var function = (delegate* unmanaged<IntPtr*, void>)NativeLibrary.GetExport(library, $"layer_{index}");
            fixed (IntPtr* pointers = arguments)
            {
                function(pointers);
            }
        }
        finally
        {
            handles.ForEach(h => h.Free());
        }

        return [.. node.Outputs.Select((v, i) => Tensor.FromBytes(v.Type, buffers[first + i]!))];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeLibrary.Free(library);
        Directory.Delete(folder, recursive: true);
    }

    private string Source()
    {
        var text = new StringBuilder("#include \"te_kernels.h\"\n");
        for (int i = 0; i < nodes.Count; i++)
        {
            if (nodes[i].Kernel is not { } kernel)
            {
                continue;
            }

            var request = nodes[i].Op.Request(nodes[i]);
            var fields = request.Fields.Select(f => $".{f.Name} = {(f.IsFloat ? Float((float)f.Value) : ((long)f.Value).ToString(CultureInfo.InvariantCulture))}");
            int count = RuntimeSources.Embedded.ParameterCount(kernel.Symbol) - 1;
            text.Append(CultureInfo.InvariantCulture, $"void layer_{i}(void **a) {{ static const {request.Struct} s = {{{string.Join(", ", fields)}}}; {kernel.Symbol}(&s{string.Concat(Enumerable.Range(0, count).Select(a => $", a[{a}]"))}); }}\n");
        }

        return text.ToString();
    }

    private static string Float(float v) => float.IsPositiveInfinity(v) ? "1.0f / 0.0f" : float.IsNegativeInfinity(v) ? "-1.0f / 0.0f"
        : v.ToString("E9", CultureInfo.InvariantCulture) + "f";

    private void Run(string program, string arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardError = true })!;
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors);
    }
}
