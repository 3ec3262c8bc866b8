using Paypro.Server.Platform;

namespace Paypro.Server.Orders;

/// <summary>Wakes the deliveries of this process: a result was committed here.</summary>
internal sealed class NotificationSignal : Signal;
