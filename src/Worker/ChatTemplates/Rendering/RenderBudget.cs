namespace Godwit.Worker.ChatTemplates.Rendering;

/// <summary>Counts what a rendering costs, and ends it at the limits. Whatever makes or walks something of unknown size asks here first.</summary>
internal sealed class RenderBudget(RenderLimits limits)
{
    /// <summary>What the objects of a value take, in characters.</summary>
    private const int ValueCharacters = 16;

    private long _steps;
    private long _characters;
    private int _depth;

    /// <summary>Takes steps.</summary>
    public void Step(long count = 1)
    {
        _steps += count;
        if (_steps > limits.Steps)
        {
            throw new TemplateFaultException($"the template takes more than {limits.Steps} steps");
        }
    }

    /// <summary>Looks at characters.</summary>
    public void Scan(long characters) => Step(characters >> 4);

    /// <summary>Makes so many values that hold something of a text each: what their objects take counts as text, too.</summary>
    public void MakeValues(long count)
    {
        Step(count);
        Make(ValueCharacters * count);
    }

    /// <summary>Makes a text.</summary>
    public void Make(long characters)
    {
        _characters += characters;
        if (_characters > limits.Characters)
        {
            throw new TemplateFaultException($"the template makes more than {limits.Characters} characters of text");
        }
    }

    /// <summary>Checks the length of the prompt so far.</summary>
    public void CheckOutput(long characters)
    {
        if (characters > limits.OutputCharacters)
        {
            throw new TemplateFaultException($"the prompt has more than {limits.OutputCharacters} characters");
        }
    }

    /// <summary>Goes a level deeper.</summary>
    public void Enter()
    {
        Step();
        if (++_depth > limits.Depth)
        {
            throw new TemplateFaultException($"the template nests more than {limits.Depth} deep");
        }
    }

    public void Leave() => _depth--;
}
