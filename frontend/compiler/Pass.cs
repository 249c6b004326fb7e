// One step of the pipeline, as data.

using TinyEngine.Ir;

namespace TinyEngine.Compiler;

/// <summary>A pass.</summary>
/// <param name="Name">The name by which options and messages know it: a verb.</param>
/// <param name="Summary">Its effect on a graph, in a few words.</param>
/// <param name="Result">The stage of the graphs that it returns.</param>
/// <param name="Run">The pass itself. It returns a new graph.</param>
public sealed record Pass(string Name, string Summary, Stage Result, Func<Graph, Graph> Run);
