using Paypro.Server.Access;
using Paypro.Server.Storage;

namespace Paypro.Server.Screens.Lists;

/// <summary>A list that can be written into a file later, from its address.</summary>
internal interface IListSource
{
    /// <summary>Short and stable, as it is stored.</summary>
    string Kind { get; }

    /// <summary>Whether somebody may see all that is in a file: his roles may be others than when he asked for it.</summary>
    Task<bool> MayHaveAsync(SignedIn who, ListFileRow file);

    /// <summary>The columns alone, then the rows in parts, each of them a short read of its own. What came into being after the file was asked for is not among them.</summary>
    IAsyncEnumerable<ShownList> ReadAsync(ListFileRow file, CancellationToken cancellation);
}
