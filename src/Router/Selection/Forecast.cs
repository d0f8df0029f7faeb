namespace Godwit.Router.Selection;

/// <summary>Predicted loss of one expert on one prompt.</summary>
/// <param name="Loss">Nats per UTF-8 byte.</param>
/// <param name="Deviation">Standard deviation of its error; NaN: not known.</param>
/// <param name="HasHead">It comes from the expert's own head, and not from the mean of a cluster.</param>
internal readonly record struct Forecast(double Loss, double Deviation, bool HasHead);
