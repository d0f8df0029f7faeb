using System.Text.Json;
using System.Text.Unicode;
using Godwit.Contracts.OpenAI;
using Godwit.Gateway.Selection;

namespace Godwit.Gateway.OpenAI;

/// <summary>
/// Scans a body once, without building a document. The body must be one well-formed JSON object with a model; other fields of the wrong
/// type are treated as absent here, because the worker refuses them with a better message.
/// </summary>
internal static class GenerationCallReader
{
    private const int MaxDepth = 64;
    private const int MaxModelLength = 256;
    private const int MaxPriority = 100;

    /// <summary>Reads a body.</summary>
    /// <param name="body">Its bytes.</param>
    /// <param name="otherwise">
    /// The model of a body that names none; null: it has to name one, or to say with the field <c>godwit</c> how one is to be chosen.
    /// </param>
    public static (GenerationCall? Call, ApiError? Error) Read(ReadOnlySpan<byte> body, string? otherwise = null)
    {
        ReadOnlySpan<byte> byteOrderMark = [0xEF, 0xBB, 0xBF];
        int begin = body.StartsWith(byteOrderMark) ? byteOrderMark.Length : 0;
        body = body[begin..];

        if (!Utf8.IsValid(body))
        {
            return (null, ApiError.Invalid("The body is not valid UTF-8.", code: ApiErrorCodes.InvalidUtf8));
        }

        try
        {
            Fields fields = new(begin);
            Utf8JsonReader reader = new(body, new JsonReaderOptions { MaxDepth = MaxDepth });
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                return (null, Malformed("it must be a JSON object"));
            }

            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName)
                {
                    fields.Take(ref reader);
                }
            }

            return fields.ToCall(otherwise);
        }
        catch (InvalidOperationException)
        {
            // A name with an escape such as \ud800 without its other half.
            return (null, ApiError.Invalid("A name in the body contains half of a surrogate pair.", code: ApiErrorCodes.InvalidUtf8));
        }
        catch (JsonException e)
        {
            int end = e.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
            string reason = (end < 0 ? e.Message : e.Message[..end]).TrimEnd('.');
            return (null, Malformed($"line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}: {reason}"));
        }
    }

    private static ApiError Malformed(string reason) =>
        ApiError.Invalid($"The body is not valid JSON: {reason}.", code: ApiErrorCodes.InvalidJson);

    /// <summary>The fields as far as they have been seen; of a field given twice the last counts, as at the worker.</summary>
    private ref struct Fields(int begin)
    {
        private bool _hasModel;
        private bool _hasGodwit;
        private bool _namesNone;
        private string? _model;
        private bool _stream;
        private long? _seed;
        private int? _maxTokens;
        private int? _maxCompletionTokens;
        private int? _choices;
        private int? _bestOf;
        private int _priority;
        private int _promptBytes;
        private Range _promptAt = ..0;
        private Range _seedAt = ..0;

        /// <summary>Takes the top-level property that <paramref name="reader"/> stands on, and its value.</summary>
        public void Take(ref Utf8JsonReader reader)
        {
            if (Is(ref reader, "model"u8))
            {
                _hasModel = true;
                _namesNone = reader.TokenType == JsonTokenType.Null;
                _model = reader.TokenType == JsonTokenType.String ? Text(ref reader) : null;
            }
            else if (Is(ref reader, "stream"u8))
            {
                _stream = reader.TokenType == JsonTokenType.True;
            }
            else if (Is(ref reader, "seed"u8))
            {
                _seed = reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long seed) ? seed : null;
                _seedAt = Skip(ref reader);
                return;
            }
            else if (Is(ref reader, "max_tokens"u8))
            {
                _maxTokens = Count(ref reader);
            }
            else if (Is(ref reader, "max_completion_tokens"u8))
            {
                _maxCompletionTokens = Count(ref reader);
            }
            else if (Is(ref reader, "n"u8))
            {
                _choices = Count(ref reader);
            }
            else if (Is(ref reader, "best_of"u8))
            {
                _bestOf = Count(ref reader);
            }
            else if (Is(ref reader, "priority"u8))
            {
                bool isNumber = reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out _priority);
                _priority = isNumber ? Math.Clamp(_priority, -MaxPriority, MaxPriority) : 0;
            }
            else if (Is(ref reader, "godwit"u8))
            {
                _hasGodwit = true;
            }
            else if (Is(ref reader, "messages"u8) || Is(ref reader, "prompt"u8) || Is(ref reader, "input"u8))
            {
                _promptAt = Skip(ref reader);
                _promptBytes = _promptAt.End.Value - _promptAt.Start.Value;
                return;
            }

            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                reader.Read();
            }

            reader.Skip();
        }

        public readonly (GenerationCall? Call, ApiError? Error) ToCall(string? otherwise)
        {
            bool named = _hasModel && !_namesNone;
            return (named, named ? _model : otherwise ?? (_hasGodwit ? AutoModels.Name : null)) switch
            {
                (false, null) or (_, "") => (null, ApiError.Invalid(
                    "'model' is missing. GET /v1/models lists those that exist.", "model", ApiErrorCodes.MissingField)),
                (_, { Length: <= MaxModelLength } model) when !model.Any(char.IsControl) => (
                    new GenerationCall(model, _stream, _seed, _maxCompletionTokens ?? _maxTokens, _priority, _promptBytes)
                    {
                        PromptAt = _promptAt,
                        SeedAt = _seedAt,
                        Choices = _choices,
                        BestOf = _bestOf,
                        HasGodwit = _hasGodwit,
                    },
                    null),
                _ => (null, ApiError.Invalid(
                    $"'model' must be a string of 1 to {MaxModelLength} characters, none of them a control character.",
                    "model",
                    ApiErrorCodes.InvalidValue)),
            };
        }

        /// <summary>Steps onto the value if the property has that name (escapes included).</summary>
        private static bool Is(ref Utf8JsonReader reader, ReadOnlySpan<byte> name) =>
            reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals(name) && reader.Read();

        /// <summary>Skips the value that the reader stands on; its place in the body.</summary>
        private readonly Range Skip(ref Utf8JsonReader reader)
        {
            int start = begin + (int)reader.TokenStartIndex;
            reader.Skip();
            return start..(begin + (int)reader.BytesConsumed);
        }

        private static int? Count(ref Utf8JsonReader reader) =>
            reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out int count) && count >= 0 ? count : null;

        private static string? Text(ref Utf8JsonReader reader)
        {
            try
            {
                return reader.GetString();
            }
            catch (InvalidOperationException)
            {
                // An escaped half of a surrogate pair: JSON by its grammar, but no text.
                return null;
            }
        }
    }
}
