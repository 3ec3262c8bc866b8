using Paypro.Server.Platform;

namespace Paypro.Server.Routing;

/// <summary>There may be money for what is parked.</summary>
internal sealed class ParkedSignal : Signal;
