namespace Paypro.Server.Screens;

/// <summary>On a route whose form carries files: how long its request may be. Without it a form is a short text.</summary>
/// <param name="Bytes">Of the whole request.</param>
internal sealed record UploadLimit(long Bytes);
