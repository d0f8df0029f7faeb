using System.Text;
using Godwit.Worker.StructuredOutput.Automaton;
using Godwit.Worker.StructuredOutput.Grammar;

namespace Godwit.Worker.StructuredOutput.Frames;

/// <summary>Within a property's name.</summary>
internal sealed class KeyFrame : AutomatonFrame
{
    private readonly ObjectProgress _progress;

    // Null in a mask's walk that does not depend on it.
    private readonly NameText? _name;

    /// <summary>Behind the opening quote.</summary>
    public KeyFrame(ObjectProgress progress, Frame parent)
        : this(progress, Dfa.Start, default, NameText.Empty, parent)
    {
    }

    private KeyFrame(ObjectProgress progress, int state, PartialCharacter partial, NameText? name, Frame parent)
        : base(progress.Node.Keys, state, partial, parent)
    {
        _progress = progress;
        _name = name;
    }

    /// <summary>True unless the object has a name that begins like this one.</summary>
    public override bool IsRegular => _name is null || _progress.Extras.Count <= 0 || !Alike(_name.ToString()).Any();

    /// <summary>True when a mask without the object's names may have tokens that repeat one.</summary>
    public bool MayRepeat => !_progress.Node.DependsOnNames && !IsRegular;

    /// <summary>The characters that the names that the object has and that begin like this one go on with.</summary>
    public IEnumerable<Rune> TakenNext()
    {
        string name = _name?.ToString() ?? "";
        return Alike(name).Where(n => n.Length > name.Length).Select(n => Rune.GetRuneAt(n, name.Length));
    }

    public override int NeedAt(int state, PartialCharacter partial) =>
        partial.IsNone && !_progress.CanComplete(state, null) ? Cost.Infinite : Within(state, partial, null);

    // Whether a name is taken matters to a few tokens only, which are looked at for themselves.
    public override Frame Localize() => _progress.Node.DependsOnNames
        ? new KeyFrame(_progress.Localize(_progress.Extras), State, Partial, _name, OuterFrame.Reached)
        : new KeyFrame(_progress.Localize(ExtraKeys.None), State, Partial, null, OuterFrame.Reached);

    public override bool SameAs(Frame other) =>
        other is KeyFrame o
        && State == o.State
        && Partial == o.Partial
        && _progress.SameAs(o._progress)
        && _name?.ToString() == o._name?.ToString();

    public override int LocalHash() => HashCode.Combine(9, _progress.Hash(), State, Partial);

    protected override int OwnNeed() => Within(State, Partial, _name);

    protected override void Close(List<Frame> into)
    {
        int keyClass = Automaton.Label(State);
        if (!_progress.Allows(keyClass))
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

    protected override void Complete(int target, int codePoint, List<Frame> into)
    {
        NameText? longer = _name?.With(codePoint);
        if (_progress.CanComplete(target, longer))
        {
            into.Add(new KeyFrame(_progress, target, default, longer, Parent!));
        }
    }

    protected override Frame Within(PartialCharacter partial) => new KeyFrame(_progress, State, partial, _name, Parent!);

    protected override bool CanStep(int low, int high)
    {
        int last = Automaton.Alphabet.IntervalOf(high);
        for (int i = Automaton.Alphabet.IntervalOf(low); i <= last; i++)
        {
            (int start, int end, int c) = Automaton.Alphabet.Interval(i);
            int target = Automaton.StepClass(State, c);
            if (target >= 0 && _progress.CanComplete(target, _name, Math.Max(start, low), Math.Min(end, high)))
            {
                return true;
            }
        }

        return false;
    }

    private IEnumerable<string> Alike(string name) => _progress.Extras.StartingWith(name);

    private int Within(int state, PartialCharacter partial, NameText? name) =>
        _progress.Node.Costs?.WithinName(_progress, state, partial, name) ?? Cost.Infinite;
}
