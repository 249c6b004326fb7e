// The result of a compilation: the planned graph, the files to write, and the report.

using TinyEngine.Image;
using TinyEngine.Ir;

namespace TinyEngine.Compiler;

/// <summary>A compiled model.</summary>
/// <param name="Graph">The graph, planned unless the options stopped earlier.</param>
/// <param name="Report">Sizes and steps; null where the options stopped earlier.</param>
/// <param name="Files">The emitted files; empty where the options stopped earlier.</param>
/// <param name="Notes">Notes and warnings.</param>
public sealed record Compilation(Graph Graph, PlanReport? Report, IReadOnlyList<EmittedFile> Files, IReadOnlyList<Diagnostic> Notes);
