using Godwit.Router.Library;

namespace Godwit.Router.Selection;

/// <summary>An expert in one selection.</summary>
/// <param name="Facts">What is known of it.</param>
/// <param name="Forecast">Its predicted loss; null: nothing is predicted.</param>
internal readonly record struct Candidate(ExpertFacts Facts, Forecast? Forecast);
