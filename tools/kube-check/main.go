// Checks rendered Kubernetes manifests without a cluster and without downloaded schemas: the types
// that the API server itself is built from decide.
//
//	helm template … | kube-check [-extract DIR]
//
// Every document has to decode strictly (no unknown field, no wrong type, no duplicate key), no
// object may occur twice, selectors and named ports have to lead somewhere, and every Pod has to meet
// the restricted Pod Security Standard. With -extract, DIR/NAME/KEY receives the data of
// every ConfigMap and DIR/NAME/rules.json the groups of every PrometheusRule, for the programs that
// read them to judge. Exit codes: 0 all well, 1 not, 64 usage.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	monitoringv1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
	"k8s.io/utils/ptr"
)

type report struct{ problems []string }

func (r *report) add(format string, arguments ...any) {
	r.problems = append(r.problems, fmt.Sprintf(format, arguments...))
}

func main() {
	extract := flag.String("extract", "", "write configuration and rules below this directory")
	flag.Parse()
	if flag.NArg() != 0 {
		flag.Usage()
		os.Exit(64)
	}
	var found report
	objects := decode(os.Stdin, &found)
	for name, object := range objects {
		checkPod(name, object, &found)
		checkSelection(name, object, objects, &found)
		if *extract != "" {
			found.check(name, write(*extract, object))
		}
	}
	for _, problem := range found.problems {
		fmt.Fprintln(os.Stderr, problem)
	}
	fmt.Printf("%d objects, %d problems\n", len(objects), len(found.problems))
	if len(found.problems) > 0 || len(objects) == 0 {
		os.Exit(1)
	}
}

func (r *report) check(name string, err error) {
	if err != nil {
		r.add("%s: %v", name, err)
	}
}

// decoder knows exactly the kinds that charts of this project may contain.
func decoder() runtime.Decoder {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		corev1.AddToScheme, appsv1.AddToScheme, batchv1.AddToScheme, autoscalingv2.AddToScheme,
		policyv1.AddToScheme, networkingv1.AddToScheme, monitoringv1.AddToScheme,
	} {
		if err := add(scheme); err != nil {
			panic(err)
		}
	}
	return serializer.NewCodecFactory(scheme, serializer.EnableStrict).UniversalDeserializer()
}

// decode returns the objects by "kind/namespace/name".
func decode(in io.Reader, found *report) map[string]runtime.Object {
	objects := map[string]runtime.Object{}
	codec := decoder()
	documents := utilyaml.NewYAMLReader(bufio.NewReader(in))
	for number := 1; ; number++ {
		document, err := documents.Read()
		if errors.Is(err, io.EOF) {
			return objects
		}
		if err != nil {
			found.add("document %d: %v", number, err)
			return objects
		}
		if json, err := utilyaml.ToJSON(document); err == nil && string(json) == "null" {
			continue // comments only
		}
		object, kind, err := codec.Decode(document, nil, nil)
		if err != nil {
			found.add("document %d: %v", number, err)
			continue
		}
		meta := object.(v1.Object)
		name := fmt.Sprintf("%s/%s/%s", kind.Kind, meta.GetNamespace(), meta.GetName())
		if _, twice := objects[name]; twice {
			found.add("%s occurs twice", name)
		}
		objects[name] = object
	}
}

// podOf returns the Pod that an object runs, if it runs one.
func podOf(object runtime.Object) (*v1.ObjectMeta, *corev1.PodSpec) {
	switch workload := object.(type) {
	case *corev1.Pod:
		return &workload.ObjectMeta, &workload.Spec
	case *appsv1.Deployment:
		return &workload.Spec.Template.ObjectMeta, &workload.Spec.Template.Spec
	case *batchv1.Job:
		return &workload.Spec.Template.ObjectMeta, &workload.Spec.Template.Spec
	}
	return nil, nil
}

// checkPod: what Kubernetes would refuse, what the restricted standard forbids, and our own rules.
func checkPod(name string, object runtime.Object, found *report) {
	meta, pod := podOf(object)
	if pod == nil {
		return
	}
	if len(pod.Containers) == 0 {
		found.add("%s has no container", name)
	}
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		panic(err)
	}
	restricted := api.LevelVersion{Level: api.LevelRestricted, Version: api.LatestVersion()}
	for _, result := range evaluator.EvaluatePod(restricted, meta, pod) {
		if !result.Allowed {
			found.add("%s: not restricted: %s: %s", name, result.ForbiddenReason, result.ForbiddenDetail)
		}
	}
	for _, container := range append(pod.InitContainers, pod.Containers...) {
		context := container.SecurityContext
		if context == nil || !ptr.Deref(context.ReadOnlyRootFilesystem, false) {
			found.add("%s: %s can write to its root file system", name, container.Name)
		}
		if !probesAskOwnPorts(&container) {
			found.add("%s: a probe of %s asks a port that it does not have", name, container.Name)
		}
		requests := container.Resources.Requests
		if requests.Cpu().IsZero() || requests.Memory().IsZero() {
			found.add("%s: %s requests no cpu or no memory", name, container.Name)
		}
	}
}

// checkSelection: what selects Pods has to find one whose ports have the names it asks for.
func checkSelection(name string, object runtime.Object, objects map[string]runtime.Object, found *report) {
	switch selecting := object.(type) {
	case *appsv1.Deployment:
		selector, err := v1.LabelSelectorAsSelector(selecting.Spec.Selector)
		if err != nil || !selector.Matches(labels.Set(selecting.Spec.Template.Labels)) {
			found.add("%s does not select its own Pods", name)
		}
	case *corev1.Service:
		pods := selected(labels.SelectorFromSet(selecting.Spec.Selector), objects)
		for _, port := range selecting.Spec.Ports {
			requirePort(name, port.TargetPort.String(), pods, found)
		}
	case *monitoringv1.PodMonitor:
		pods := selectedBy(&selecting.Spec.Selector, objects)
		for _, endpoint := range selecting.Spec.PodMetricsEndpoints {
			requirePort(name, *endpoint.Port, pods, found)
		}
	case *policyv1.PodDisruptionBudget:
		requireSome(name, selectedBy(selecting.Spec.Selector, objects), found)
	case *networkingv1.NetworkPolicy:
		requireSome(name, selectedBy(&selecting.Spec.PodSelector, objects), found)
	case *autoscalingv2.HorizontalPodAutoscaler:
		target := selecting.Spec.ScaleTargetRef
		deployment, exists := objects[target.Kind+"//"+target.Name].(*appsv1.Deployment)
		if !exists {
			found.add("%s: scales %s/%s, which does not exist", name, target.Kind, target.Name)
		} else if deployment.Spec.Replicas != nil {
			found.add("%s: %s sets its own number of replicas", name, target.Name)
		}
	}
}

func selectedBy(selector *v1.LabelSelector, objects map[string]runtime.Object) []*corev1.PodSpec {
	parsed, err := v1.LabelSelectorAsSelector(selector)
	if err != nil {
		return nil
	}
	return selected(parsed, objects)
}

func selected(selector labels.Selector, objects map[string]runtime.Object) []*corev1.PodSpec {
	var pods []*corev1.PodSpec
	for _, object := range objects {
		if meta, pod := podOf(object); pod != nil && selector.Matches(labels.Set(meta.Labels)) {
			pods = append(pods, pod)
		}
	}
	return pods
}

func requireSome(name string, pods []*corev1.PodSpec, found *report) {
	if len(pods) == 0 {
		found.add("%s selects no Pod", name)
	}
}

func requirePort(name, port string, pods []*corev1.PodSpec, found *report) {
	requireSome(name, pods, found)
	for _, pod := range pods {
		if !hasPort(pod, port) {
			found.add("%s: a Pod that it selects has no port named %s", name, port)
		}
	}
}

func hasPort(pod *corev1.PodSpec, name string) bool {
	for _, container := range append(pod.InitContainers, pod.Containers...) {
		if containerHasPort(&container, name) {
			return true
		}
	}
	return false
}

func probesAskOwnPorts(container *corev1.Container) bool {
	probes := []*corev1.Probe{container.StartupProbe, container.LivenessProbe, container.ReadinessProbe}
	for _, probe := range probes {
		if probe != nil && probe.HTTPGet != nil &&
			!containerHasPort(container, probe.HTTPGet.Port.String()) {
			return false
		}
	}
	return true
}

func containerHasPort(container *corev1.Container, name string) bool {
	for _, port := range container.Ports {
		if port.Name == name {
			return true
		}
	}
	return false
}

func write(directory string, object runtime.Object) error {
	switch source := object.(type) {
	case *corev1.ConfigMap:
		for key, text := range source.Data {
			if err := writeFile(filepath.Join(directory, source.Name, key), []byte(text)); err != nil {
				return err
			}
		}
	case *monitoringv1.PrometheusRule:
		text, err := json.Marshal(source.Spec)
		if err != nil {
			return err
		}
		return writeFile(filepath.Join(directory, source.Name, "rules.json"), text)
	}
	return nil
}

func writeFile(path string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o644)
}
