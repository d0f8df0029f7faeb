using Godwit.Worker.StructuredOutput.Regex;

namespace Godwit.Worker.StructuredOutput.Schema;

/// <summary>The values of <c>format</c> that are enforced, as automata.</summary>
internal static class StringFormats
{
    private const string Day31 = "(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])";
    private const string Day30 = "(0[469]|11)-(0[1-9]|[12][0-9]|30)";
    private const string LeapYear = "([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)";
    private const string Date = $"([0-9]{{4}}-({Day31}|{Day30}|02-(0[1-9]|1[0-9]|2[0-8]))|{LeapYear}-02-29)";
    private const string Hour = "([01][0-9]|2[0-3])";
    private const string Second = "(\\.[0-9]+)?";

    // A leap second is at the end of a day in UTC; at other offsets none is written.
    private const string Time = $"({Hour}:[0-5][0-9]:[0-5][0-9]{Second}([Zz]|[+-]{Hour}:[0-5][0-9])|23:59:60{Second}([Zz]|[+-]00:00))";
    private const string DurationTime = "T([0-9]+S|[0-9]+M([0-9]+S)?|[0-9]+H([0-9]+M([0-9]+S)?)?)";
    private const string DurationDate = "([0-9]+D|[0-9]+M([0-9]+D)?|[0-9]+Y([0-9]+M([0-9]+D)?)?)";
    private const string Octet = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    private const string Ipv4 = $"({Octet}\\.){{3}}{Octet}";
    private const string H16 = "[0-9a-fA-F]{1,4}";
    private const string Last32 = $"({H16}:{H16}|{Ipv4})";

    private const string Ipv6 =
        $"(({H16}:){{6}}{Last32}|::({H16}:){{5}}{Last32}|({H16})?::({H16}:){{4}}{Last32}|(({H16}:){{0,1}}{H16})?::({H16}:){{3}}{Last32}"
        + $"|(({H16}:){{0,2}}{H16})?::({H16}:){{2}}{Last32}|(({H16}:){{0,3}}{H16})?::{H16}:{Last32}|(({H16}:){{0,4}}{H16})?::{Last32}"
        + $"|(({H16}:){{0,5}}{H16})?::{H16}|(({H16}:){{0,6}}{H16})?::)";

    // Two hyphens at the third and fourth place announce an encoded name (RFC 5890), of which no automaton knows whether it is valid.
    private const string Label =
        "([A-Za-z0-9]([A-Za-z0-9-]{0,2}[A-Za-z0-9])?|[A-Za-z0-9][A-Za-z0-9-]([A-Za-z0-9][A-Za-z0-9-]|-[A-Za-z0-9])[A-Za-z0-9-]{0,58}[A-Za-z0-9])";

    private const string HostName = $"{Label}(\\.{Label})*";

    // Most validators want a domain of two labels or more, the last of letters, though the format's grammar does not.
    private const string MailHost = $"({Label}\\.)+[A-Za-z]{{2,63}}";
    private const string AddressText = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";
    private const string Escaped = "%[0-9A-Fa-f]{2}";
    private const string Unreserved = "A-Za-z0-9._~!$&'()*+,;=\\-";
    private const string PathCharacter = $"([{Unreserved}:@]|{Escaped})";
    private const string UriTail = $"(\\?([{Unreserved}:@/?]|{Escaped})*)?(#([{Unreserved}:@/?]|{Escaped})*)?";
    private const string Authority = $"(([{Unreserved}:]|{Escaped})*@)?(\\[({Ipv6}|[vV][0-9A-Fa-f]+\\.[{Unreserved}:]+)\\]|([{Unreserved}]|{Escaped})*)(:[0-9]*)?";

    // "C:" is a URI, and so is "mailto:", but hardly anyone who reads one agrees.
    private const string Scheme = "[A-Za-z][A-Za-z0-9+.-]+";
    private const string AfterScheme = $"(//{Authority}(/{PathCharacter}*)*|/({PathCharacter}+(/{PathCharacter}*)*)?|{PathCharacter}+(/{PathCharacter}*)*)";

    private const string RelativePart =
        $"(//{Authority}(/{PathCharacter}*)*|/({PathCharacter}+(/{PathCharacter}*)*)?|([{Unreserved}@]|{Escaped})+(/{PathCharacter}*)*|)";

    private static readonly Dictionary<string, string> Patterns = new(StringComparer.Ordinal)
    {
        ["date"] = Date,
        ["time"] = Time,
        ["date-time"] = $"{Date}[Tt]{Time}",
        ["duration"] = $"P({DurationDate}({DurationTime})?|{DurationTime}|[0-9]+W)",
        ["uuid"] = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
        ["ipv4"] = Ipv4,
        ["ipv6"] = Ipv6,
        ["hostname"] = HostName,
        ["email"] = $"({AddressText}(\\.{AddressText})*|\"([ !#-\\[\\]-~]|\\\\[ -~])*\")@({MailHost}|\\[({Ipv4}|IPv6:{Ipv6})\\])",
        ["uri"] = $"{Scheme}:{AfterScheme}{UriTail}",
        ["uri-reference"] = $"({Scheme}:{AfterScheme}|{RelativePart}){UriTail}",
        ["json-pointer"] = "(/([^~/]|~[01])*)*",
        ["relative-json-pointer"] = "(0|[1-9][0-9]*)(#|(/([^~/]|~[01])*)*)",
    };

    // Made once per process, so that no schema pays for them.
    private static readonly Dictionary<string, Lazy<StringSet>> Automata = Patterns.ToDictionary(
        p => p.Key,
        p => new Lazy<StringSet>(() => new StringSet(
            RegexCompiler.WholeMatch(p.Value, new CompileBudget()), 0, p.Key == "hostname" ? 253 : int.MaxValue)),
        StringComparer.Ordinal);

    // Of JSON Schema, but not regular, or beyond what an automaton should hold.
    private static readonly string[] Refused = ["idn-email", "idn-hostname", "iri", "iri-reference", "uri-template", "regex"];

    /// <summary>The names that are enforced.</summary>
    public static IReadOnlyCollection<string> Known => Patterns.Keys;

    /// <summary>The strings of a format; null for a name that JSON Schema does not define, which is an annotation only.</summary>
    /// <exception cref="ConstraintException">JSON Schema defines it, but it is not supported.</exception>
    public static StringSet? Of(string name)
    {
        if (Refused.Contains(name))
        {
            throw ConstraintException.Invalid(
                $"'format': \"{name}\" is not supported; {string.Join(", ", Patterns.Keys)} are.");
        }

        return Automata.TryGetValue(name, out Lazy<StringSet>? strings) ? strings.Value : null;
    }
}
