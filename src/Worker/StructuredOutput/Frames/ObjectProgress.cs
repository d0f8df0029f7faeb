using Godwit.Worker.StructuredOutput.Automaton;
using Godwit.Worker.StructuredOutput.Grammar;

namespace Godwit.Worker.StructuredOutput.Frames;

/// <summary>Which properties an object has so far, and which may come. Immutable.</summary>
/// <param name="node">The object's shape.</param>
/// <param name="depth">Containers that are open, this one among them.</param>
internal sealed class ObjectProgress(ObjectNode node, int depth)
{
    public ObjectNode Node { get; } = node;

    public int Depth { get; } = depth;

    /// <summary>Classes of names that it has.</summary>
    public NameSet Seen { get; private init; }

    /// <summary>Other names that it has.</summary>
    public ExtraKeys Extras { get; private init; } = ExtraKeys.None;

    /// <summary>How many properties it has.</summary>
    public int Count { get; private init; }

    /// <summary>Required properties that are missing.</summary>
    public int RequiredLeft { get; private init; } = node.RequiredCount;

    /// <summary>True when the object may be closed.</summary>
    public bool CanClose => RequiredLeft == 0 && Count >= Node.Min;

    /// <summary>True when one more property may come.</summary>
    public bool CanAdd => Count < Node.Max && !Node.Keys.IsEmpty && CanComplete(Dfa.Start, NameText.Empty);

    /// <summary>True when only required properties still have room.</summary>
    private bool OnlyRequired => Node.Max != int.MaxValue && Node.Max - Count <= RequiredLeft;

    private bool IsNearDepthLimit => !OutputDepth.Fits(Depth, Node.DeepestProperty);

    /// <summary>The progress with one more property.</summary>
    /// <param name="keyClass">Its class.</param>
    /// <param name="name">Its name, where the class has none; null when it is not known.</param>
    public ObjectProgress With(int keyClass, string? name)
    {
        bool named = keyClass < Node.NamedCount;
        return new ObjectProgress(Node, Depth)
        {
            Seen = named ? Seen.With(keyClass) : Seen,
            Extras = named ? Extras : name is null ? ExtraKeys.Unknown : Extras.With(name),
            Count = Math.Min(Count + 1, Node.Max == int.MaxValue ? Math.Max(Node.Min, 1) : Node.Max),
            RequiredLeft = RequiredLeft - (named && Node.Required.Contains(keyClass) ? 1 : 0),
        };
    }

    /// <summary>The same as far as it matters to the next token, whatever its parents and other names are.</summary>
    /// <param name="extras">What is known of other names.</param>
    public ObjectProgress Localize(ExtraKeys extras) => new(Node, OutputDepth.Local(Depth, Node.Margin))
    {
        Seen = Seen,
        Extras = Node.DependsOnNames || Extras.Count == 0 ? Extras : extras,
        Count = Count,
        RequiredLeft = RequiredLeft,
    };

    /// <summary>True when a property of this class may come now.</summary>
    public bool Allows(int keyClass) =>
        (keyClass >= Node.NamedCount || !Seen.Contains(keyClass))
        && (!OnlyRequired || (keyClass < Node.NamedCount && Node.Required.Contains(keyClass)))
        && (keyClass < Node.NamedCount ? Fits(keyClass) : ExtrasFit());

    /// <summary>True when a name that has led to a state of the names' automaton can be completed to one that may come now.</summary>
    /// <param name="state">The state.</param>
    /// <param name="name">The name so far; null when none that the object has begins like it, or when it is not known.</param>
    /// <param name="low">Range of the last character, which <paramref name="name"/> lacks; −1 when it lacks none.</param>
    /// <param name="high">Its end.</param>
    public bool CanComplete(int state, NameText? name, int low = -1, int high = -1)
    {
        NameSet names = Node.NamesFrom(state);
        bool only = OnlyRequired;
        if (!IsNearDepthLimit
            ? names.AnyOf(only ? Node.Required : names, Seen)
            : names.Except(Seen).Any(Allows))
        {
            return true;
        }

        int extras = only ? 0 : Node.ExtrasFrom(state);
        if (extras == 0 || !ExtrasFit())
        {
            return false;
        }

        return extras == DfaFacts.Infinite || Extras.Count <= 0 || name is null || LeavesSome(extras, name.ToString(), low, high);
    }

    /// <summary>True when both have come as far.</summary>
    public bool SameAs(ObjectProgress other) =>
        ReferenceEquals(Node, other.Node)
        && Depth == other.Depth
        && Count == other.Count
        && Seen.Equals(other.Seen)
        && Extras.SameAs(other.Extras);

    public int Hash() =>
        HashCode.Combine(System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(Node), Depth, Count, Seen, Extras.Count);

    private bool LeavesSome(int extras, string prefix, int low, int high)
    {
        IEnumerable<string> taken = Extras.StartingWith(prefix);
        if (low < 0)
        {
            return extras > taken.Count();
        }

        long possible = (long)extras * (high - low + 1);
        return possible > taken.Count(n => n.Length > prefix.Length
            && char.ConvertToUtf32(n, prefix.Length) is var next && next >= low && next <= high);
    }

    private bool Fits(int keyClass) =>
        !IsNearDepthLimit || OutputDepth.Fits(Depth, Node.Classes[keyClass].Value.MinDepth);

    // All or none: which of them a name belongs to is not known before its end.
    private bool ExtrasFit() => !IsNearDepthLimit || Enumerable.Range(Node.NamedCount, Node.Classes.Length - Node.NamedCount).All(Fits);
}
