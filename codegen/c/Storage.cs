// Where every value of a planned graph lives, as a C expression: results and the input in the arena, constants in flash,
// parameters and counters in the state struct, the caller's arguments on the stack. Follows the plan; places nothing itself.

using System.Collections.Immutable;
using TinyEngine.Ir;

namespace TinyEngine.Codegen.C;

/// <summary>
/// C expressions for the values of one graph, as seen from functions with <c>s</c>, <c>arena</c> and the caller's arguments in scope.
/// </summary>
internal sealed class Storage
{
    private const string CallerInput = "input";

    private readonly Dictionary<Value, string> pointers = [];
    private readonly HashSet<Value> inArena = [];

    /// <summary>Finds the place of every value.</summary>
    public Storage(Graph planned)
    {
        State = StateLayout.Of(planned);
        Flash = FlashArray.Of(planned);
        foreach (var array in Flash.Where(a => a.Value.IsConstant))
        {
            pointers[array.Value] = array.Symbol;
        }

        foreach (var member in State.Trained.Concat(State.Counters))
        {
            pointers[member.Value] = "s->" + member.Name;
        }

        foreach (var argument in planned.TrainInputs)
        {
            pointers[argument] = IsScalar(argument) ? "&" + argument.Name : argument.Name;
        }

        var scratch = planned.Nodes.Select(n => n.Scratch).OfType<Value>().ToHashSet();
        foreach (var placement in planned.Plan!.Placements)
        {
            // Scratch has no type; kernels cast it.
            string type = scratch.Contains(placement.Value) ? "void" : Literal.TypeName(placement.Value.Type.DType);
            inArena.Add(placement.Value);
            pointers[placement.Value] = $"({type} *)(arena + {placement.Offset})";
        }

        if (planned.CallerOwnsInputs)
        {
            pointers[planned.Inputs[0]] = CallerInput;
        }

        // A view without a place of its own is its operand under another shape.
        foreach (var view in planned.Nodes.Where(n => n.Op.IsView && !pointers.ContainsKey(n.Output)))
        {
            pointers[view.Output] = Pointer(view.Input(0));
            if (InArena(view.Input(0)))
            {
                inArena.Add(view.Output);
            }
        }
    }

    /// <summary>True for an argument that the caller passes by value; others are pointers to their first element.</summary>
    public static bool IsScalar(Value argument) => argument.Type.Shape.Rank == 1;

    /// <summary>The state struct.</summary>
    public StateLayout State { get; }

    /// <summary>Constants and factory values of parameters, in order of first use.</summary>
    public ImmutableArray<FlashArray> Flash { get; }

    /// <summary>A pointer to the value's first element.</summary>
    public string Pointer(Value value) =>
        pointers.TryGetValue(value, out var pointer) ? pointer : throw new InvalidOperationException($"value {value} has no place");

    /// <summary>True where <see cref="Pointer"/> needs <c>arena</c>.</summary>
    public bool InArena(Value value) => inArena.Contains(value);

    /// <summary>True for the input that the caller owns, and views of it.</summary>
    public bool IsCallerInput(Value value) => Pointer(value) == CallerInput;

    /// <summary>The flash array with a parameter's factory value, or null where it starts at zero.</summary>
    public string? FactoryValue(Value parameter) => Flash.FirstOrDefault(a => a.Value == parameter)?.Symbol;
}
