// A planned graph in the form that is emitted, whatever language prints it: the layout of the state, the arrays in flash, the calls of each
// phase in order, and a named place for every value. It is made once for a compilation; the printers and the report read it.

using System.Collections.Immutable;
using TinyEngine.Ir;

namespace TinyEngine.Image;

/// <summary>The image of a model.</summary>
public sealed class ModelImage
{
    private readonly Places places;
    private readonly ImmutableArray<ImageStep> steps;

    private ModelImage(Graph planned, RateSchedule schedule, Origin origin)
    {
        (Graph, Schedule, Origin) = (planned, schedule, origin);
        State = StateLayout.Of(planned);
        Flash = FlashArray.Of(planned);
        Frozen = FrozenPrefix.Of(planned);
        Guard = planned.Trains ? StepGuard.Of(planned) : null;
        places = new Places(planned, State, Flash);
        steps = [.. ImageStep.Of(planned)];
    }

    /// <summary>The planned graph.</summary>
    public Graph Graph { get; }

    /// <summary>Name of the model, with which its symbols begin.</summary>
    public string Name => Graph.Name;

    /// <summary>Where it comes from.</summary>
    public Origin Origin { get; }

    /// <summary>The schedule of the learning rate that the model offers.</summary>
    public RateSchedule Schedule { get; }

    /// <summary>The members of the state.</summary>
    public StateLayout State { get; }

    /// <summary>Constants and factory values of parameters, in order of first use.</summary>
    public ImmutableArray<FlashArray> Flash { get; }

    /// <summary>The steps that no training reaches.</summary>
    public FrozenPrefix Frozen { get; }

    /// <summary>The tests of a training step before it changes anything; null for a model that does not train.</summary>
    public StepGuard? Guard { get; }

    /// <summary>The initialization of the parameters: each member, and the array it is copied from or null for zeros.</summary>
    public IEnumerable<(StateMember Member, FlashArray? Factory)> Init =>
        State.Trained.Select(m => (m, Flash.FirstOrDefault(a => a.Value == m.Value)));

    /// <summary>The first steps of inference and training, which depend on the input alone (<see cref="Frozen"/>).</summary>
    public IEnumerable<ImageStep> FrozenSteps => Steps(Phase.Forward).Where(s => s.Step < Frozen.Steps);

    /// <summary>The other steps that inference and training share.</summary>
    public IEnumerable<ImageStep> ForwardSteps => Steps(Phase.Forward).Where(s => s.Step >= Frozen.Steps);

    /// <summary>The steps of inference after the shared ones.</summary>
    public IEnumerable<ImageStep> InferSteps => Steps(Phase.Predict);

    /// <summary>The steps of a training step after the shared ones.</summary>
    public IEnumerable<ImageStep> TrainSteps => Steps(Phase.Train);

    /// <summary>All steps in their order.</summary>
    public ImmutableArray<ImageStep> AllSteps => steps;

    /// <summary>All kernel calls in the order of steps, those of regions by node.</summary>
    public IEnumerable<ImageCall> AllCalls => steps.SelectMany(s => s.Calls);

    /// <summary>The image of a graph.</summary>
    /// <param name="planned">A graph in the planned stage with one input and one output.</param>
    /// <param name="schedule">The schedule of the learning rate.</param>
    /// <param name="origin">Where the graph comes from, if that is known.</param>
    /// <exception cref="DiagnosticException">TE0111: not one input and one output.</exception>
    public static ModelImage Of(Graph planned, RateSchedule schedule, Origin? origin = null) =>
        planned.Inputs.Length == 1 && planned.Outputs.Length == 1
            ? new ModelImage(planned, schedule, origin ?? Origin.Unknown)
            : throw new DiagnosticException(
                Diagnostics.NoInterface.At(
                    planned.Name,
                    $"one input and one output, not {planned.Inputs.Length} and {planned.Outputs.Length}"
                )
            );

    /// <summary>The places in the arena.</summary>
    public IEnumerable<Place> ArenaPlaces => places.Arena;

    /// <summary>Where a value lives.</summary>
    /// <exception cref="InvalidOperationException">The plan has no place for it.</exception>
    public Place PlaceOf(Value value) => places.Of(value);

    private IEnumerable<ImageStep> Steps(Phase phase) => steps.Where(s => s.Node.Phase == phase);
}
