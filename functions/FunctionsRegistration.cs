using CvatServerless.Domain.Guides;
using CvatServerless.Domain.Issues;
using CvatServerless.Domain.Jobs;
using CvatServerless.Domain.Labels;
using CvatServerless.Domain.Organizations;
using CvatServerless.Domain.Projects;
using CvatServerless.Domain.Server;
using CvatServerless.Domain.Tasks;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Api.Annotations;
using CvatServerless.Functions.Api.Audit;
using CvatServerless.Functions.Api.Auth;
using CvatServerless.Functions.Api.CloudStorages;
using CvatServerless.Functions.Api.Consensus;
using CvatServerless.Functions.Api.Data;
using CvatServerless.Functions.Api.Datasets;
using CvatServerless.Functions.Api.Events;
using CvatServerless.Functions.Api.Guides;
using CvatServerless.Functions.Api.Issues;
using CvatServerless.Functions.Api.Jobs;
using CvatServerless.Functions.Api.Labels;
using CvatServerless.Functions.Api.Live;
using CvatServerless.Functions.Api.NotImplemented;
using CvatServerless.Functions.Api.Organizations;
using CvatServerless.Functions.Api.Projects;
using CvatServerless.Functions.Api.Quality;
using CvatServerless.Functions.Api.Requests;
using CvatServerless.Functions.Api.Server;
using CvatServerless.Functions.Api.Tasks;
using CvatServerless.Functions.Api.Users;
using CvatServerless.Functions.Api.ValidationLayouts;
using CvatServerless.Functions.Api.Webhooks;
using CvatServerless.Functions.Datasets;
using CvatServerless.Functions.Http;
using CvatServerless.Functions.Http.OpenId;
using CvatServerless.Functions.Http.Throttling;
using CvatServerless.Functions.Orchestrations;
using CvatServerless.Functions.Orchestrations.CreateTaskData;
using CvatServerless.Functions.Orchestrations.MergeConsensus;
using CvatServerless.Functions.Sources;
using CvatServerless.Functions.TaskMedia;
using CvatServerless.Functions.Uploads;
using CvatServerless.Functions.Webhooks;
using CvatServerless.Media;
using CvatServerless.Media.Chunks;
using CvatServerless.Media.Documents;
using CvatServerless.Media.Images;
using CvatServerless.Media.Previews;
using CvatServerless.Media.Videos;
using CvatServerless.Storage;
using CvatServerless.Storage.Annotations;
using CvatServerless.Storage.Mail;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CvatServerless.Functions;

/// <summary>Registers the services of this project and of those below it.</summary>
internal static class FunctionsRegistration
{
    /// <summary>Adds everything.</summary>
    public static IServiceCollection AddFunctions(this IServiceCollection services, ServerOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddStorage(StorageOf(options));
        services.AddMail(MailOf(options));
        var maxBytes = (long)options.MaxRequestMebibytes << 20;
        services.Configure<KestrelServerOptions>(kestrel => kestrel.Limits.MaxRequestBodySize = maxBytes);
        services.Configure<FormOptions>(form => form.MultipartBodyLengthLimit = maxBytes);
        return services.AddHttp().AddOpenId(options.OpenId).AddResources().AddMedia().AddWork();
    }

    private static IServiceCollection AddHttp(this IServiceCollection services) => services
        .AddSingleton<Passwords>()
        .AddSingleton<AnonymousThrottle>()
        .AddSingleton<FailedSignIns>()
        .AddSingleton<UrlSigner>()
        .AddSingleton<Authenticator>()
        .AddSingleton<OrganizationContext>()
        .AddSingleton<Access>()
        .AddSingleton<DefaultStorages>()
        .AddSingleton<CloudPlaces>()
        .AddSingleton<Assignments>()
        .AddSingleton<Transfers>()
        .AddSingleton<Lists>()
        .AddSingleton<WebApp>()
        .AddSingleton(_ =>
        {
            using var contract = File.OpenRead(ContractFile.Path);
            return new OperationTable(contract);
        });

    private static IServiceCollection AddResources(this IServiceCollection services) => services
        .AddSingleton<SignIn>()
        .AddSingleton<PasswordService>()
        .AddSingleton<Health>()
        .AddSingleton<QualityService>()
        .AddSingleton<QualityRequirements>()
        .AddSingleton<ConsensusMerges>()
        .AddSingleton<Registration>()
        .AddSingleton<AccessTokenService>()
        .AddSingleton<UserService>()
        .AddSingleton<LabelEditor>()
        .AddSingleton<LabelService>()
        .AddSingleton<ProjectService>()
        .AddSingleton<ProjectPreviews>()
        .AddSingleton<DeleteProject>()
        .AddSingleton<TaskService>()
        .AddSingleton<TaskUpdates>()
        .AddSingleton<TaskMoves>()
        .AddSingleton<HoneypotDraws>()
        .AddSingleton<ValidationLayoutService>()
        .AddSingleton<TaskStatuses>()
        .AddSingleton<Unfinished>()
        .AddSingleton<TaskDataLeftovers>()
        .AddSingleton<ServerLog>()
        .AddSingleton<DeleteTask>()
        .AddSingleton<TransferEntities>()
        .AddSingleton<DeleteIssues>()
        .AddSingleton<DeleteJob>()
        .AddSingleton<DeleteGuides>()
        .AddSingleton<ImageScaler>()
        .AddSingleton<GuideService>()
        .AddSingleton<AssetService>()
        .AddSingleton<EntitySight>()
        .AddSingleton<AuditService>()
        .AddSingleton<LiveEvents>()
        .AddSingleton<LiveService>()
        .AddSingleton<EventLog>()
        .AddSingleton<ServerEvents>()
        .AddSingleton<EventService>()
        .AddSingleton<IssueService>()
        .AddSingleton<CommentService>()
        .AddSingleton<JobRows>()
        .AddSingleton<JobService>()
        .AddSingleton<DeleteOrganization>()
        .AddSingleton<OrganizationService>()
        .AddSingleton<MembershipService>()
        .AddSingleton<InvitationService>()
        .AddSingleton<Inviting>()
        .AddSingleton<GroundTruthJobs>()
        .AddSingleton<CloudStorageService>()
        .AddSingleton<CloudStorageContent>()
        .AddSingleton<ManifestRequests>()
        .AddSingleton<WebhookService>()
        .AddSingleton<WebhookSender>()
        .AddSingleton<WebhookRemoval>()
        .AddSingleton<TalkProjects>()
        .AddSingleton<WebhookPump>()
        .AddSingleton<RequestService>();

    private static IServiceCollection AddMedia(this IServiceCollection services) => services
        .AddSingleton(new MediaOptions())
        .AddSingleton<ImageEncoder>()
        .AddSingleton<ChunkBuilder>()
        .AddSingleton<PreviewMaker>()
        .AddSingleton<FrameIndex>()
        .AddSingleton<TaskChunks>()
        .AddSingleton<CompressedChunks>()
        .AddSingleton<OutsideChunks>()
        .AddSingleton<MediaPlaces>()
        .AddSingleton<FramePlaces>()
        .AddSingleton<FrameSizes>()
        .AddSingleton<SourceLister>()
        .AddSingleton<SourceFetcher>()
        .AddSingleton<ShareListing>()
        .AddSingleton<VideoProbe>()
        .AddSingleton<VideoChunker>()
        .AddSingleton<VideoFrames>()
        .AddSingleton<LocalVideos>()
        .AddSingleton<VideoChunks>()
        .AddSingleton<VideoPlanner>()
        .AddSingleton<ValidationPlanner>()
        .AddSingleton<MediaSources>()
        .AddSingleton<PdfPages>()
        .AddSingleton<PointCloudChunks>()
        .AddSingleton<ContextImages>()
        .AddSingleton<TaskPictures>()
        .AddSingleton<TaskFrames>()
        .AddSingleton<UploadStore>()
        .AddSingleton<MultipartUploads>()
        .AddSingleton<TusProtocol>()
        .AddSingleton<TaskUpload>()
        .AddSingleton<DataService>()
        .AddSingleton<CloudLink>()
        .AddSingleton<DeletedFrames>();

    private static IServiceCollection AddWork(this IServiceCollection services) => services
        .AddSingleton<WorkRequests>()
        .AddSingleton<OutsideTurn>()
        .AddSingleton<PictureGroups>()
        .AddSingleton<ReplicaVote>()
        .AddSingleton<MergedJobs>()
        .AddSingleton<CloudFiles>()
        .AddSingleton<JobLogs>()
        .AddSingleton<AnnotationIdSource>()
        .AddSingleton<AnnotationService>()
        .AddSingleton<AnnotationUpload>()
        .AddSingleton<DatasetExport>()
        .AddSingleton<ExportContexts>();

    private static MailOptions MailOf(ServerOptions options)
    {
        var mail = new MailOptions { Folder = Path.GetFullPath(Path.Combine(options.DataFolder, "mail")), Smtp = options.Smtp };
        return options.MailFrom is { } from ? mail with { From = from } : mail;
    }

    private static StorageOptions StorageOf(ServerOptions options)
    {
        var defaults = new StorageOptions
        {
            OutboundAllow = options.OutboundAllow,
            ShareDirectory = options.Share,
            GoogleKeyFile = options.GoogleKeyFile is { } file ? File.ReadAllText(file) : null,
        };
        defaults = defaults with
        {
            AzureBlobEndpoint = options.AzureBlobEndpoint ?? defaults.AzureBlobEndpoint,
            GoogleEndpoint = options.GoogleEndpoint ?? defaults.GoogleEndpoint,
        };
        return options.AzureStorage switch
        {
            null => defaults with { DataDirectory = Path.GetFullPath(options.DataFolder) },
            { } text when text.Contains('=') || text.Contains(';') => defaults with { ConnectionString = text },
            { } account => defaults with { AccountName = account },
        };
    }
}
