namespace Godwit.Worker.Api.Requests;

/// <summary>How an answer is delivered.</summary>
/// <param name="Stream">By server-sent events.</param>
/// <param name="IncludeUsage">A streamed answer ends with a chunk that has the usage.</param>
/// <param name="ContinuousUsage">With <paramref name="IncludeUsage"/>, every chunk has the usage so far.</param>
internal sealed record StreamOptions(bool Stream, bool IncludeUsage, bool ContinuousUsage)
{
    private const string Name = "stream_options";

    /// <summary>Reads <c>stream</c> and <c>stream_options</c>.</summary>
    public static StreamOptions Read(Fields fields)
    {
        bool stream = fields.Flag("stream");
        if (fields.Find(Name) is not { } value)
        {
            return new StreamOptions(stream, false, false);
        }

        if (value.ValueKind != System.Text.Json.JsonValueKind.Object)
        {
            throw Fields.WrongType(Name, "an object such as {\"include_usage\":true}", value);
        }

        if (!stream)
        {
            throw ApiException.InvalidValue(Name, $"'{Name}' is allowed only when 'stream' is true.");
        }

        var options = new Fields(value);
        bool includeUsage = options.Flag("include_usage", $"{Name}.include_usage");
        bool continuous = options.Flag("continuous_usage_stats", $"{Name}.continuous_usage_stats");
        return new StreamOptions(stream, includeUsage, includeUsage && continuous);
    }
}
