using Paypro.Server.Platform;

namespace Paypro.Server.Sandbox;

/// <summary>Tells the simulated bank of this process that it has something to do, now or soon.</summary>
internal sealed class SandboxRailSignal : Signal;
