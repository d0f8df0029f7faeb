using System.Text.Json;
using Godwit.Worker.Api.Requests;
using Godwit.Worker.Tokenization;

namespace Godwit.Worker.Api.Tokens;

/// <summary>
/// A request to tokenize, checked: the tokens of a text, or those that a chat with these messages would have as its prompt.
/// </summary>
/// <param name="Tokens">The token ids.</param>
/// <param name="WantsStrings">Each token as the vocabulary has it, too.</param>
internal sealed record TokenizeRequest(IReadOnlyList<int> Tokens, bool WantsStrings)
{
    private const string AddSpecialTokens = "add_special_tokens";
    private const string Prompt = "prompt";
    private const string Messages = "messages";

    /// <summary>Checks and tokenizes a body.</summary>
    /// <param name="body">A JSON object.</param>
    /// <param name="model">What is served.</param>
    /// <param name="identity">Who the request is.</param>
    public static TokenizeRequest Read(JsonElement body, ServedModel model, RequestIdentity identity)
    {
        var fields = new Fields(body);
        RequestParser.RequireModel(fields, model, modelChosen: identity.Ticket is not null, isOptional: true);
        UnservedFields.Refuse(ApiKind.Chat, body);
        bool wantsStrings = fields.Flag("return_token_strs");
        bool hasMessages = fields.Find(Messages) is not null;
        if (hasMessages && fields.Find(Prompt) is not null)
        {
            throw ApiException.InvalidValue(Prompt, $"'{Prompt}' and '{Messages}' cannot both be there.");
        }

        return new TokenizeRequest(hasMessages ? ReadChat(fields, model, identity) : ReadText(fields, model), wantsStrings);
    }

    private static IReadOnlyList<int> ReadText(Fields fields, ServedModel model)
    {
        bool addSpecial = fields.Flag(AddSpecialTokens, otherwise: true);
        JsonElement text = fields.Find(Prompt) ?? throw ApiException.Missing(Prompt, "a string; or 'messages', an array of messages");
        return model.Encode(Fields.ReadString(text, Prompt), addSpecial);
    }

    private static IReadOnlyList<int> ReadChat(Fields fields, ServedModel model, RequestIdentity identity)
    {
        bool decides = fields.Find(AddSpecialTokens) is null;
        bool addSpecial = fields.Flag(AddSpecialTokens);
        MarkedText chat = model.RenderChat(ConversationFields.Read(fields, identity.RenderedAt) with { Tools = ToolFields.Read(fields)?.ForTemplate });
        return decides ? RequestParser.EncodeChat(chat, model) : model.EncodeMarked(chat, addSpecial);
    }
}
