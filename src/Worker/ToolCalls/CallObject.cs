using System.Text;

namespace Godwit.Worker.ToolCalls;

/// <summary>
/// Reads the object that makes a call, <c>{"name": …, "arguments": …}</c>, character by character and in either order. The arguments
/// are handed on as the model wrote them; if it wrote them as a string, what that string says.
/// </summary>
/// <param name="tools">Names of the functions.</param>
internal sealed class CallObject(IReadOnlySet<string> tools)
{
    private const int KeyChars = 16;

    private readonly StringBuilder _text = new();
    private readonly StringBuilder _arguments = new();
    private Place _place = Place.Start;
    private StringDecoder _string = new();
    private NestedValue _nested;
    private Member _member;

    private enum Place
    {
        Start,
        KeyOrEnd,
        Key,
        Colon,
        Value,
        InString,
        InNested,
        InScalar,
        CommaOrEnd,
    }

    private enum Member
    {
        Name,
        Arguments,
        Other,
    }

    /// <summary>The function, once its name is read.</summary>
    public string? Name { get; private set; }

    /// <summary>Whether the arguments have begun.</summary>
    public bool HasArguments { get; private set; }

    /// <summary>The arguments that were read and not taken yet.</summary>
    public StringBuilder Arguments => _arguments;

    private bool IsCall => Name is not null && HasArguments;

    /// <summary>Takes a character; the first is the opening brace.</summary>
    public ReadStep Push(char c)
    {
        switch (_place)
        {
            case Place.Start:
                _place = Place.KeyOrEnd;
                return ReadStep.More;
            case Place.Key:
                return PushKey(c);
            case Place.InString:
                return PushString(c);
            case Place.InNested:
                return PushNested(c);
            case Place.InScalar when char.IsAsciiLetterOrDigit(c) || c is '+' or '-' or '.':
                Keep(c);
                return ReadStep.More;
            case Place.InScalar:
                _place = Place.CommaOrEnd;
                return Push(c);
            default:
                return c is ' ' or '\t' or '\n' or '\r' ? ReadStep.More : PushMark(c);
        }
    }

    private ReadStep PushMark(char c)
    {
        switch (_place, c)
        {
            case (Place.KeyOrEnd, '"'):
                _string = new StringDecoder();
                return Go(Place.Key);
            case (Place.Colon, ':'):
                return Go(Place.Value);
            case (Place.CommaOrEnd, ','):
                return Go(Place.KeyOrEnd);
            case (Place.KeyOrEnd or Place.CommaOrEnd, '}'):
                return Name is null ? ReadStep.Broken : ReadStep.Ended;
            case (Place.Value, _):
                return BeginValue(c);
            default:
                return ReadStep.Broken;
        }
    }

    private ReadStep PushKey(char c)
    {
        if (!_string.Push(c, _text))
        {
            return _text.Length <= KeyChars || IsCall ? ReadStep.More : ReadStep.Broken;
        }

        string key = _text.ToString();
        _text.Clear();
        _member = key switch
        {
            "name" when Name is null => Member.Name,
            "arguments" or "parameters" when !HasArguments => Member.Arguments,
            _ => Member.Other,
        };

        // Anything else may be said of a call, but not before it is known for one: such an object is an answer in JSON.
        return IsCall || _member != Member.Other || key is "type" or "id" ? Go(Place.Colon) : ReadStep.Broken;
    }

    private ReadStep BeginValue(char c)
    {
        if (c != '"' && _member == Member.Name)
        {
            return ReadStep.Broken;
        }

        HasArguments |= _member == Member.Arguments;
        switch (c)
        {
            case '"':
                _string = new StringDecoder();
                return Go(Place.InString);
            case '{' or '[':
                _nested = default;
                _place = Place.InNested;
                return PushNested(c);
            default:
                _place = Place.InScalar;
                return char.IsAsciiLetterOrDigit(c) || c == '-' ? Push(c) : ReadStep.Broken;
        }
    }

    private ReadStep PushString(char c)
    {
        StringBuilder target = _member == Member.Arguments ? _arguments : _text;
        bool ended = _string.Push(c, target);
        if (_member == Member.Name && ended)
        {
            Name = _text.ToString();
        }

        if (_member != Member.Arguments && (ended || _member == Member.Other))
        {
            _text.Clear();
        }

        if (ended)
        {
            _place = Place.CommaOrEnd;
        }

        return ended && _member == Member.Name && !tools.Contains(Name!) ? ReadStep.Broken : ReadStep.More;
    }

    private ReadStep PushNested(char c)
    {
        ReadStep step = _nested.Push(c);
        if (step == ReadStep.Broken)
        {
            return step;
        }

        Keep(c);
        return step == ReadStep.Ended ? Go(Place.CommaOrEnd) : step;
    }

    private void Keep(char c)
    {
        if (_member == Member.Arguments)
        {
            _arguments.Append(c);
        }
    }

    private ReadStep Go(Place place)
    {
        _place = place;
        return ReadStep.More;
    }
}
