namespace Godwit.Training.Selection.Labels;

/// <summary>A model that a server offers to be compared.</summary>
/// <param name="Id">The name to ask for it by.</param>
/// <param name="Digest">Digest of its weights, or, of a server that gives none, <c>created:</c> and when the model was made.</param>
/// <param name="ContextLength">Tokens of its context; null: the server does not say.</param>
/// <param name="Server">Who serves it.</param>
internal sealed record ServedExpert(string Id, string Digest, int? ContextLength, ExpertServer Server);
