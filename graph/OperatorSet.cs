// A set of operators as one value. The importer, the parser, kernel selection and the printer know operators only by the set in the
// options. So a pack is a set beside the core's, and the core names no pack.

using System.Collections.Frozen;
using System.Collections.Immutable;

namespace TinyEngine.Ir;

/// <summary>Operators with all that belongs to them: import rules, kernels, C sources, measured sizes.</summary>
public sealed class OperatorSet
{
    private readonly FrozenDictionary<string, Op> byName;
    private readonly FrozenDictionary<(string Domain, string OnnxOp), ImportRule[]> rules;

    /// <summary>A set of these operators.</summary>
    /// <param name="name">The name in messages.</param>
    /// <param name="operators">The operators, which bring their import rules.</param>
    /// <param name="runtime">The C sources of their kernels; null if they need no kernels.</param>
    /// <param name="rules">Import rules that no operator has, such as those for constants only.</param>
    /// <exception cref="DiagnosticException">TE0608: two of them have the same name.</exception>
    public OperatorSet(string name, IEnumerable<Op> operators, RuntimeSources? runtime = null, IEnumerable<ImportRule>? rules = null)
        : this(name, [.. operators], runtime is null ? [] : [runtime], [.. rules ?? []]) { }

    private OperatorSet(
        string name,
        ImmutableArray<Op> operators,
        ImmutableArray<RuntimeSources> runtimes,
        ImmutableArray<ImportRule> otherRules
    )
    {
        (Name, Operators, Runtimes, OtherRules) = (name, operators, runtimes, otherRules);
        if (Clashes().ToList() is { Count: > 0 } clashes)
        {
            throw new DiagnosticException([.. clashes.Select(c => Diagnostics.SetClash.At("", name, c))]);
        }

        byName = operators.ToFrozenDictionary(op => op.Name);
        rules = Rules.GroupBy(r => (r.Domain, r.OnnxOp)).ToFrozenDictionary(g => g.Key, g => g.OrderBy(r => r.SinceOpset).ToArray());
        Kernels = KernelTable.Of(runtimes.Select(r => r.Kernels));
    }

    /// <summary>The operators that come with the compiler.</summary>
    public static OperatorSet Core { get; } =
        new("core", CoreOperators.All, RuntimeSources.Of(typeof(OperatorSet).Assembly), ShapeArithmetic.Imports);

    /// <summary>The name of the set in messages.</summary>
    public string Name { get; }

    /// <summary>The operators, in the order of the sets that were added.</summary>
    public ImmutableArray<Op> Operators { get; }

    /// <summary>The C sources, one a set.</summary>
    public ImmutableArray<RuntimeSources> Runtimes { get; }

    /// <summary>Import rules that no operator has: they leave no node.</summary>
    public ImmutableArray<ImportRule> OtherRules { get; }

    /// <summary>All import rules.</summary>
    public IEnumerable<ImportRule> Rules => Operators.SelectMany(op => op.Imports).Concat(OtherRules);

    /// <summary>The kernels of all sources.</summary>
    public KernelTable Kernels { get; }

    /// <summary>Both sets as one.</summary>
    /// <exception cref="DiagnosticException">TE0608: both have an operator, import rule, kernel or file of the same name.</exception>
    public static OperatorSet operator +(OperatorSet left, OperatorSet right) =>
        new(
            $"{left.Name} + {right.Name}",
            [.. left.Operators, .. right.Operators],
            [.. left.Runtimes, .. right.Runtimes],
            [.. left.OtherRules, .. right.OtherRules]
        );

    /// <summary>The operator of this name, or null.</summary>
    public Op? Find(string name) => byName.GetValueOrDefault(name);

    /// <summary>
    /// The import rules of an ONNX operator, oldest first, also of one that leaves no node; empty if it is not supported.
    /// </summary>
    public IReadOnlyList<ImportRule> RulesFor(string domain, string onnxOp) =>
        rules.GetValueOrDefault((ImportRule.DomainOf(domain), onnxOp), []);

    /// <summary>The sources that define a kernel.</summary>
    /// <exception cref="InvalidOperationException">The kernel is of no source of this set.</exception>
    public RuntimeSources RuntimeOf(KernelRow kernel) => Runtimes.First(r => r.Kernels.Find(kernel.Symbol) is not null);

    private IEnumerable<string> Clashes() =>
        Twice("operator", Operators.Select(op => op.Name))
            .Concat(Twice("import rule", Rules.Select(r => $"{r.Domain}:{r.OnnxOp} {r.SinceOpset}".TrimStart(':'))))
            .Concat(Twice("kernel", Runtimes.SelectMany(r => r.Kernels.Rows).Select(k => k.Symbol)))
            .Concat(Twice("file", Runtimes.SelectMany(EmittedNames)));

    /// <summary>The names of the files of one source in the folder that all sources are emitted to.</summary>
    private static IEnumerable<string> EmittedNames(RuntimeSources runtime) =>
        runtime.Below("include/").Concat(runtime.Below("src/")).Select(p => p[(p.LastIndexOf('/') + 1)..]).Distinct();

    private static IEnumerable<string> Twice(string kind, IEnumerable<string> names) =>
        names.GroupBy(n => n).Where(g => g.Count() > 1).Select(g => $"{kind} {g.Key}");
}
