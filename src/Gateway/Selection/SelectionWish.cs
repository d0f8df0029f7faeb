using Godwit.Contracts.Selection;
using Godwit.Gateway.Selection.Reading;
using Microsoft.AspNetCore.Http;

namespace Godwit.Gateway.Selection;

/// <summary>What a client wishes of a choice: headers, the body's field before them, flags in the prompt before both.</summary>
/// <param name="Preset">One of <see cref="PresetNames"/>.</param>
/// <param name="Goals">Weights by goal; null: those of the preset.</param>
/// <param name="Models">Models that may be chosen; null: all.</param>
internal sealed record SelectionWish(string Preset, IReadOnlyDictionary<string, double>? Goals, IReadOnlyList<string>? Models)
{
    /// <summary>Puts it together.</summary>
    /// <param name="preset">That of the model's name.</param>
    /// <param name="headers">The request's headers.</param>
    /// <param name="body">What was read of its body.</param>
    /// <param name="warnings">What is reported.</param>
    public static SelectionWish Of(string preset, IHeaderDictionary headers, SelectionBody body, SelectionWarnings warnings)
    {
        FlagReport flags = body.Prompt.Flags;
        foreach (string flag in flags.Unknown)
        {
            warnings.Unknown("flag", flag);
        }

        Dictionary<string, double>? goals = SelectionHeaderReader.Goals(headers, warnings);
        IReadOnlyDictionary<string, double>[] inOrder = [body.Field.Goals ?? Empty, flags.Applied];
        foreach (IReadOnlyDictionary<string, double> later in inOrder)
        {
            foreach ((string goal, double weight) in later)
            {
                (goals ??= new Dictionary<string, double>(StringComparer.Ordinal))[goal] = weight;
            }
        }

        return new SelectionWish(flags.Preset ?? preset, goals, body.Field.Models ?? SelectionHeaderReader.Models(headers));
    }

    private static Dictionary<string, double> Empty { get; } = [];
}
