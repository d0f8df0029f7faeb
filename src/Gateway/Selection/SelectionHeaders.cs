using System.Globalization;
using System.Text;
using Godwit.Contracts.Frames;
using Microsoft.AspNetCore.Http;

namespace Godwit.Gateway.Selection;

/// <summary>Tells a client of the choice: <c>model=sql; reason=lowest_cost; loss=0.412; margin=0.093; router=ab12cd34</c>.</summary>
internal static class SelectionHeaders
{
    /// <summary>Says which model answers.</summary>
    /// <param name="headers">The response's headers.</param>
    /// <param name="choice">The choice.</param>
    /// <param name="model">The model that is asked.</param>
    /// <param name="reason">Why this one.</param>
    public static void Set(IHeaderDictionary headers, ModelChoice choice, string model, string reason)
    {
        StringBuilder text = new();
        text.Append("model=").Append(SelectionWarnings.Printable(model, model.Length)).Append("; reason=").Append(reason);
        if (choice.Losses.TryGetValue(model, out double loss))
        {
            text.Append("; loss=").Append(loss.ToString("0.000", CultureInfo.InvariantCulture));
        }

        if (choice.Margin is { } margin && model == choice.Models[0])
        {
            text.Append("; margin=").Append(margin.ToString("0.000", CultureInfo.InvariantCulture));
        }

        if (choice.Router.Length > 0)
        {
            text.Append("; router=").Append(SelectionWarnings.Printable(choice.Router));
        }

        headers[InternalHeaders.Selection] = text.ToString();
    }

    /// <summary>Says what was ignored.</summary>
    public static void Set(IHeaderDictionary headers, SelectionWarnings warnings)
    {
        if (warnings.ToHeader() is { } text)
        {
            headers[InternalHeaders.SelectionWarning] = text;
        }
    }
}
