namespace Paypro.Protocol.Countries;

/// <summary>
/// A request, told as what differs from the example that the fields of its operation make. Tests send it to the running
/// service, and the reference shows it.
/// </summary>
/// <param name="Name">A few words: <c>cash at a store</c>.</param>
/// <param name="Texts">The members that differ; a null text leaves the member out.</param>
public sealed record Sample(string Name, params (FieldRole Role, string? Text)[] Texts);
