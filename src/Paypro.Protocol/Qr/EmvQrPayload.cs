namespace Paypro.Protocol.Qr;

/// <summary>A code that was read and found whole.</summary>
/// <param name="Objects">The data objects of the root in their order, the payload format and the checksum included.</param>
public sealed record EmvQrPayload(IReadOnlyList<EmvObject> Objects)
{
    /// <summary>The value at a path of ids: <c>Find("62", "05")</c> is the reference label.</summary>
    /// <param name="path">One id, or those of the templates around it first.</param>
    /// <returns>Null when there is none, or when something on the way is no template.</returns>
    public string? Find(params ReadOnlySpan<string> path)
    {
        var level = Objects;
        for (var depth = 0; depth < path.Length; depth++)
        {
            var found = EmvQrReader.FindIn(level, path[depth]);
            if (found is null || depth == path.Length - 1)
            {
                return found?.Value;
            }

            if (!EmvQrReader.TryReadObjects(found.Value, out level, out _))
            {
                return null;
            }
        }

        return null;
    }
}
