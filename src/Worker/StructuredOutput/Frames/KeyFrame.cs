using Godwit.Worker.StructuredOutput.Automaton;
using Godwit.Worker.StructuredOutput.Grammar;

namespace Godwit.Worker.StructuredOutput.Frames;

/// <summary>Within a property's name.</summary>
internal sealed class KeyFrame : Frame
{
    private readonly ObjectProgress _progress;
    private readonly int _state;
    private readonly PartialCharacter _partial;

    // Null in a mask's walk that does not depend on it.
    private readonly NameText? _name;

    /// <summary>Behind the opening quote.</summary>
    public KeyFrame(ObjectProgress progress, Frame parent)
        : this(progress, Dfa.Start, default, NameText.Empty, parent)
    {
    }

    private KeyFrame(ObjectProgress progress, int state, PartialCharacter partial, NameText? name, Frame parent)
        : base(parent)
    {
        _progress = progress;
        _state = state;
        _partial = partial;
        _name = name;
    }

    private Dfa Keys => _progress.Node.Keys;

    public override void Read(byte value, List<Frame> into)
    {
        switch (_partial.Take(value, json: true, out PartialCharacter next, out int codePoint))
        {
            case CharacterEvent.Quote:
                Close(into);
                break;
            case CharacterEvent.Complete:
                int target = Keys.Step(_state, codePoint);
                NameText? longer = _name?.With(codePoint);
                if (target >= 0 && _progress.CanComplete(target, longer))
                {
                    into.Add(new KeyFrame(_progress, target, default, longer, Parent!));
                }

                break;
            case CharacterEvent.Pending:
                (int low, int high, int low2, int high2) = next.Range();
                if (CanBecome(low, high) || CanBecome(low2, high2))
                {
                    into.Add(new KeyFrame(_progress, _state, next, _name, Parent!));
                }

                break;
        }
    }

    public override bool HidesNames => _progress.Extras.Count < 0;

    // A name that no earlier one can equal needs not be known for a mask; one that may has to be read with everything at hand.
    public override Frame Localize()
    {
        if (_progress.Node.DependsOnNames)
        {
            return new KeyFrame(_progress.Localize(_progress.Extras), _state, _partial, _name, OuterFrame.Reached);
        }

        bool free = _progress.Extras.Count <= 0 || !_progress.Extras.StartingWith(_name?.ToString() ?? "").Any();
        return new KeyFrame(
            _progress.Localize(free ? ExtraKeys.None : ExtraKeys.Unknown), _state, _partial, null, OuterFrame.Reached);
    }

    public override bool SameAs(Frame other) =>
        other is KeyFrame o
        && _state == o._state
        && _partial == o._partial
        && _progress.SameAs(o._progress)
        && _name?.ToString() == o._name?.ToString();

    public override int LocalHash() => HashCode.Combine(9, _progress.Hash(), _state, _partial);

    protected override int OwnNeed() =>
        _progress.Node.Costs?.WithinName(_progress, _state, _partial, _name ?? NameText.Empty) ?? Cost.Infinite;

    private void Close(List<Frame> into)
    {
        int keyClass = Keys.Label(_state);
        if (keyClass < 0 || !_progress.Allows(keyClass))
        {
            return;
        }

        string? name = null;
        if (keyClass >= _progress.Node.NamedCount)
        {
            name = _name?.ToString();
            if (_progress.Extras.Count < 0)
            {
                into.Add(OuterFrame.Restart);
                return;
            }

            if (name is not null && _progress.Extras.Contains(name))
            {
                return;
            }
        }

        into.Add(new ColonFrame(_progress.With(keyClass, name), _progress.Node.Classes[keyClass].Value, 0, Parent!));
    }

    private bool CanBecome(int low, int high)
    {
        if (low > high)
        {
            return false;
        }

        int last = Keys.Alphabet.IntervalOf(high);
        for (int i = Keys.Alphabet.IntervalOf(low); i <= last; i++)
        {
            (int start, int end, int c) = Keys.Alphabet.Interval(i);
            int target = Keys.StepClass(_state, c);
            if (target >= 0 && _progress.CanComplete(target, _name, Math.Max(start, low), Math.Min(end, high)))
            {
                return true;
            }
        }

        return false;
    }
}
