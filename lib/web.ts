import { Stack } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  DomainName,
  HttpApi,
  HttpMethod,
  HttpStage,
  type IHttpRouteAuthorizer,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { CfnRecordSet } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import type { Configuration } from './configuration.ts';
import type { HouseFunction } from './constructs/house-function.ts';
import { HouseLogGroup } from './constructs/house-log-group.ts';
import { accepted } from './constructs/suppressed.ts';
import type { Functions } from './functions.ts';

const { GET, HEAD, POST, PUT } = HttpMethod;

/** The HTTP API: review pages for whoever has a link, the rest for IAM principals. Made before the functions, which are told its address. */
export class Web extends Construct {
  readonly api: HttpApi;
  /** Where the API answers, without a trailing slash. */
  readonly apiUrl: string;
  /** The origin of every link. */
  readonly reviewBaseUrl: string;

  constructor(scope: Construct, id: string, configuration: Configuration) {
    super(scope, id);
    const domain = configuration.domainName && ownDomain(this, configuration, configuration.domainName);
    this.api = new HttpApi(this, 'Http', {
      apiName: configuration.stackName,
      description: 'Countersign: review pages and API',
      createDefaultStage: false,
      // One way in: whatever stands before the domain cannot be walked around.
      disableExecuteApiEndpoint: domain !== undefined,
    });
    new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: 1000, burstLimit: 2000 },
      ...(domain ? { domainMapping: { domainName: domain } } : {}),
      accessLogSettings: {
        destination: new LogGroupLogDestination(new HouseLogGroup(this, 'AccessLogs', configuration)),
        // The route and never the path, which holds the link's token; neither referrer, for the same reason.
        format: AccessLogFormat.custom(
          JSON.stringify({
            at: '$context.requestTime',
            requestId: '$context.requestId',
            route: '$context.routeKey',
            status: '$context.status',
            ip: '$context.identity.sourceIp',
            latency: '$context.responseLatency',
            error: '$context.error.message',
          }),
        ),
      },
    });
    this.apiUrl = domain ? `https://${configuration.domainName}` : this.api.apiEndpoint;
    this.reviewBaseUrl = configuration.reviewBaseUrl ?? this.apiUrl;
  }

  /** Opens every route. */
  route(functions: Functions): void {
    const iam = new HttpIamAuthorizer();
    this.to(functions.review, undefined, { '/r/{token}': [GET, HEAD, POST] });
    this.to(functions.api, iam, {
      '/requests': [GET, POST],
      '/requests/{id}': [GET],
      '/requests/{id}/audit': [GET],
      '/requests/{id}/cancel': [POST],
      '/requests/{id}/links': [POST],
      '/audit': [GET],
      '/people/{id}': [GET],
      '/maintenance-windows': [GET, POST],
      '/maintenance-windows/{id}/cancel': [POST],
    });
    this.to(functions.publishPolicy, iam, { '/policy': [GET, PUT], '/link-keys': [POST] });
    accepted(this.api, {
      'AwsSolutions-APIG4':
        'The review routes have no authorizer: the signed link is the credential, checked by the function. All others are IAM-authenticated.',
    });
  }

  private to(target: HouseFunction, authorizer: IHttpRouteAuthorizer | undefined, paths: Record<string, HttpMethod[]>) {
    const integration = new HttpLambdaIntegration(target.node.id, target);
    for (const [path, methods] of Object.entries(paths)) {
      this.api.addRoutes({ path, methods, integration, ...(authorizer ? { authorizer } : {}) });
    }
  }
}

function ownDomain(scope: Construct, { certificateArn, hostedZoneId }: Configuration, name: string): DomainName {
  const certificate = Certificate.fromCertificateArn(scope, 'Certificate', certificateArn ?? '');
  const domain = new DomainName(scope, 'Domain', { domainName: name, certificate });
  if (hostedZoneId) {
    new CfnRecordSet(scope, 'Record', {
      name,
      hostedZoneId,
      type: 'A',
      aliasTarget: { dnsName: domain.regionalDomainName, hostedZoneId: domain.regionalHostedZoneId },
      comment: `Countersign, ${Stack.of(scope).stackName}`,
    });
  }
  return domain;
}
