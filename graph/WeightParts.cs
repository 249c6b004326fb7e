// Weights of which only some input channels train, as two operands: `part` holds the trained channels of the last axis and lies in
// SRAM, `rest` holds the others and lies in flash. So nothing is copied and nothing stands twice. The part holds the first
// channels, unless the attribute part_channels lists which ones, in ascending order. In this file stands what the operators share that
// read weights so: the type of the whole, its content for the reference, and the request's field and table.

using System.Collections.Immutable;

namespace TinyEngine.Ir;

/// <summary>The two parts of the weights of a layer.</summary>
/// <param name="Whole">The value that holds all weights.</param>
/// <param name="Rest">The weights of the channels that do not train.</param>
/// <param name="Part">The weights of those that do.</param>
/// <param name="Axis">The axis along which they are parted.</param>
/// <param name="Channels">The channels of the part along that axis, in its order.</param>
public sealed record WeightParts(Value Whole, Value Rest, Value Part, int Axis, ImmutableArray<int> Channels)
{
    private const string Attribute = "part_channels";

    /// <summary>True where the part holds the first channels, in order.</summary>
    public bool AreFirst => Channels.Select((c, i) => c == i).All(same => same);

    /// <summary>
    /// True where the channels run along the last axis in ascending order, so that an operator can read them in two parts.
    /// </summary>
    public bool AreReadable => Axis == Whole.Type.Shape.Rank - 1 && Channels.Zip(Channels.Skip(1)).All(p => p.First < p.Second);

    /// <summary>Attributes of a node that reads these parts.</summary>
    public Attributes On(Attributes attributes) => AreFirst ? attributes : List(attributes, Channels);

    /// <summary>Attributes that list the channels of the part.</summary>
    public static Attributes List(Attributes attributes, IEnumerable<int> channels) => attributes.With(Attribute, channels);

    /// <summary>Attributes of a node that has no part.</summary>
    public static Attributes Without(Attributes attributes) => attributes.Without(Attribute);

    /// <summary>The type of all weights of a node, whose operand <paramref name="rest"/> is the whole if it has no part.</summary>
    public static TensorType WholeType(Node node, int rest, int part)
    {
        var type = node.Input(rest).Type;
        return node.Optional(part) is { } trained
            ? type with
            {
                Shape = type.Shape.With(-1, type.Shape[-1] + trained.Type.Shape[-1]),
            }
            : type;
    }

    /// <summary>The content of all weights.</summary>
    public static Tensor Joined(Node node, IReadOnlyList<Tensor?> operands, int rest, int part)
    {
        if (node.Optional(part) is null)
        {
            return operands[rest]!;
        }

        var type = WholeType(node, rest, part);
        var (whole, channels) = (new double[type.Count], ChannelsOf(node, part));
        int axis = type.Shape.Rank - 1;
        ChannelOp.ForEach(type.Shape, axis, channels, (i, at) => whole[at] = operands[part]!.Data[i]);
        ChannelOp.ForEach(type.Shape, axis, Others(type.Shape[axis], channels), (i, at) => whole[at] = operands[rest]!.Data[i]);
        return new Tensor(type, whole);
    }

    /// <summary>The channels of the part of a node that has one.</summary>
    public static int[] ChannelsOf(Node node, int part) =>
        node.Attributes.Ints(Attribute, [.. Enumerable.Range(0, node.Input(part).Type.Shape[-1])]);

    /// <summary>The channels that are not listed.</summary>
    public static int[] Others(int extent, IEnumerable<int> channels) => [.. Enumerable.Range(0, extent).Except(channels)];

    /// <summary>TE0202 unless rest and part are parts of one tensor.</summary>
    public static void Check(Node node, int rest, int part)
    {
        if (node.Optional(part) is not { } trained)
        {
            return;
        }

        var (type, channels) = (WholeType(node, rest, part), ChannelsOf(node, part));
        bool fits =
            trained.Type.Equals(ChannelOp.Select(type, type.Shape.Rank - 1, channels))
            && channels.Zip(channels.Skip(1)).All(p => p.First < p.Second)
            && channels.All(c => c >= 0 && c < type.Shape[-1])
            && node.Attributes.Int("group", 1) == 1;
        if (!fits)
        {
            throw new DiagnosticException(
                Diagnostics.ShapeMismatch.At(
                    node.Name,
                    node.Op.Name,
                    $"weights {node.Input(rest).Type.Shape} and {trained.Type.Shape} are not parts of one layer without groups"
                )
            );
        }
    }

    /// <summary>The field of the parameter struct that says how many channels the part holds; none without a part.</summary>
    public static IEnumerable<KernelField> Fields(Node node, int part) =>
        node.Optional(part) is { } trained ? [KernelField.Int("part_c", trained.Type.Shape[-1])] : [];

    /// <summary>
    /// The table of the channels of the part and then the others: none without a part, left out where the part holds the first ones.
    /// </summary>
    public static IEnumerable<Value?> Table(Node node, int rest, int part)
    {
        if (node.Optional(part) is null)
        {
            return [];
        }

        var channels = ChannelsOf(node, part);
        int extent = WholeType(node, rest, part).Shape[-1];
        int[] order = [.. channels, .. Others(extent, channels)];
        return order.SequenceEqual(Enumerable.Range(0, extent))
            ? [null]
            :
            [
                Value.Constant(
                    node.Name + ".channels",
                    new Tensor(new TensorType(DType.I16, Shape.Of(extent)), [.. order.Select(c => (double)c)])
                ),
            ];
    }
}
