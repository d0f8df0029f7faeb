namespace Godwit.Gateway.Selection.Conversations;

/// <summary>Who answered a conversation last.</summary>
/// <param name="Model">The model.</param>
/// <param name="Tokens">Estimated tokens of the conversation that it has computed.</param>
internal sealed record ConversationTurn(string Model, int Tokens);
