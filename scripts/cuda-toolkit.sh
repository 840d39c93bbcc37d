# Sourced: sets CUDA_HOME to a toolkit with nvcc. Where none is installed, the
# compiler's wheels from PyPI serve; no GPU and no driver is needed to build.
# All of one version: mixed ones make ptxas refuse the PTX.
if [ -z "${CUDA_HOME:-}" ] && has nvcc; then
    CUDA_HOME=$(cd "$(dirname "$(command -v nvcc)")/.." && pwd)
fi
if [ -z "${CUDA_HOME:-}" ]; then
    CUDA_HOME=$TARGET/cuda-toolkit/nvidia/cu13
    if [ ! -x "$CUDA_HOME/bin/nvcc" ]; then
        say "CUDA's compiler, from PyPI"
        python3 -m pip install --quiet --no-deps --target "$TARGET/cuda-toolkit" \
            nvidia-cuda-nvcc==13.0.88 nvidia-nvvm==13.0.88 nvidia-cuda-crt==13.0.88 \
            nvidia-cuda-runtime==13.0.96 nvidia-cuda-cccl==13.0.85
        ln -sfn lib "$CUDA_HOME/lib64"
    fi
fi
export CUDA_HOME
